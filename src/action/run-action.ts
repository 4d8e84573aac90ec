/** One step of a job: inputs become a command line, and what the command found becomes GitHub's. */

import { commands } from "#commands/catalogue.ts";
import { ending, runWords, type Surroundings } from "#commands/run-words.ts";
import type { Command, ExitCode, Output, Shown } from "#commands/types.ts";
import type { SiloRun } from "#engine/run-silo.ts";
import { Refused } from "#silo/errors.ts";
import { plainText } from "#silo/plain-text.ts";
import { didYouMean } from "#spec/did-you-mean.ts";
import { assertCurrent } from "./assert-current.ts";
import { assertApprovalGates } from "./assert-gates.ts";
import { assertMayDispatch } from "./chat/who-may.ts";
import { handOver } from "./collect-status.ts";
import { assertGiven, maskCredentials, variablesFrom } from "./credentials.ts";
import { type Event, isProposal } from "./event.ts";
import { formerSpecsOf } from "./former-specs.ts";
import { withPlan } from "./given-plan.ts";
import { handOut } from "./hand-out.ts";
import { readInputs } from "./inputs.ts";
import { rememberLeases } from "./leases.ts";
import { withMergedConfig } from "./merged-config.ts";
import { ownCommands } from "./own-commands.ts";
import { present } from "./present.ts";
import type { Runner } from "./runner.ts";
import type { Step } from "./step.ts";
import { wordsOf } from "./words.ts";

export interface ActionWorld {
  readonly runner: Runner;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Read when a command is known: its payload may be large. */
  readonly event: () => Event;
  readonly surroundings: (
    variable: Surroundings["variable"],
  ) => Omit<Surroundings, "output" | "tell">;
}

type Effects = ReturnType<ActionWorld["surroundings"]>;

/** What of the command line a step may run; the rest does not belong into a workflow. */
const offered: readonly string[] = [
  ...["validate", "plan", "apply", "destroy", "restore", "rotate", "drift", "inventory"],
  ...[
    "start",
    "stop",
    "restart",
    "hold",
    "release",
    "auto-stop",
    "end-rls",
    "status",
    "why",
    "context",
  ],
];

/** Those that see to silos whose spec is gone. */
const removing: readonly string[] = ["plan", "prepare", "apply"];

export async function runAction(world: ActionWorld): Promise<ExitCode> {
  const { runner } = world;
  // Before anything can be said, and so before anything is read.
  maskCredentials(runner);
  const variable = variablesFrom(runner, world.environment);
  const surroundings = world.surroundings(variable);
  try {
    const inputs = readInputs(runner);
    const step: Step = {
      runner,
      inputs,
      event: world.event(),
      preface: [],
      github: once(() => connectGitHub(surroundings, step.event)),
    };
    return await runCommand(step, surroundings);
  } catch (error) {
    const { text, exitCode } = ending(error, surroundings.signal);
    runner.log(`${text}\n`);
    return fail(runner, exitCode, text);
  }
}

async function connectGitHub({ variable, connectGitHub: connect }: Effects, event: Event) {
  assertGiven("GITHUB_TOKEN", variable, event);
  const connection = await connect();
  if (connection) return connection;
  throw new Refused("GITHUB_REPOSITORY is not set", { exitCode: 2, fix: "run this in a workflow" });
}

async function runCommand(step: Step, surroundings: Effects): Promise<ExitCode> {
  const { runner, event, inputs } = step;
  const command = commandNamed(inputs.command, [
    ...commands.filter(({ name }) => offered.includes(name)),
    ...ownCommands(step),
  ]);
  await assertMayDispatch(step, surroundings);
  await assertApprovalGates(step);
  await assertCurrent(step, surroundings.variable);
  const { words, unused } = wordsOf(await withPlan(inputs, runner), command);
  for (const name of unused) runner.annotate("notice", `${command.name} does not use ${name}`);
  const files = isProposal(event)
    ? await withMergedConfig(step, surroundings.files)
    : surroundings.files;
  const said: string[] = [];
  const written: string[] = [];
  const isSecret = command.name === "context";
  const shown: { [K in Shown["kind"]]?: Extract<Shown, { kind: K }> } = {};
  const code = await runWords(words, [command], {
    ...surroundings,
    files,
    output: () => ({
      ...outputOf(runner, said),
      ...(isSecret && { write: (text: string) => void written.push(text) }),
    }),
    tell: (one) => Object.assign(shown, { [one.kind]: one }),
    ...handOver(step),
    ...(removing.includes(command.name) && { formerSpecs: formerSpecsOf(step) }),
    connectGitHub: step.github,
    async connectFly() {
      assertGiven("FLY_API_TOKEN", surroundings.variable, event);
      const connection = await surroundings.connectFly();
      return { ...connection, fly: rememberLeases(connection.fly, runner) };
    },
  });
  if (isSecret && code === 0) handOut(runner, written.join(""));
  await present(step, shown, code);
  return code === 0 || code === 3
    ? 0
    : fail(runner, code, whyOf(shown.runs?.runs) ?? said.at(-1) ?? "");
}

function commandNamed(name: string, known: readonly Command[]): Command {
  const found = known.find((command) => command.name === name);
  if (found) return found;
  const names = known.map((command) => command.name);
  const near = didYouMean(name, names);
  throw new Refused(`The action has no command "${name}"`, {
    exitCode: 2,
    fix: near ? `did you mean ${near}?` : `there are ${names.join(", ")}`,
  });
}

function outputOf(runner: Runner, said: string[]): Output {
  return {
    write: (text) => runner.log(text),
    note(text) {
      said.push(text);
      runner.log(text);
    },
    redraw: undefined,
    color: false,
    noteColor: false,
    columns: 120,
    rows: 24,
  };
}

const words: Readonly<Record<Exclude<ExitCode, 0>, string>> = {
  1: "Failed; what is done is kept, and the same run continues",
  2: "Input that cannot be used",
  3: "There is something to do",
  4: "Refused by a guard",
  130: "Cancelled; the same run continues",
  143: "Cancelled; the same run continues",
};

/** Of the silos that did not come to what was wanted. */
function whyOf(runs: readonly SiloRun[] = []): string | undefined {
  const lines = runs.flatMap(({ silo, refusals }) =>
    refusals.map(({ message }) => `${silo}: ${plainText(message)}`),
  );
  return lines.length > 0 ? lines.join("\n") : undefined;
}

/** The last thing that was said is why, unless it was said of each silo. */
function fail(runner: Runner, code: ExitCode, why: string): ExitCode {
  if (code === 0) return 0;
  const reason = why.trim().split("\n").slice(0, 20).join("\n");
  runner.annotate(
    "error",
    reason === "" ? words[code] : `${words[code]}: ${reason}`.slice(0, 4_000),
  );
  return code;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
