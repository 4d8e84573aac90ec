/** Running plans of many silos at once, with progress, and saying how it went. */

import { estimateSeconds } from "#engine/estimate.ts";
import type { StepEvent } from "#engine/execute.ts";
import { type Look, runSilo, type SiloRun } from "#engine/run-silo.ts";
import type { RunWorld } from "#engine/run-world.ts";
import { ProgressTree, progressLine } from "#render/progress.ts";
import { runsJson, runsText } from "#render/runs.ts";
import { styleOf } from "#render/style.ts";
import { ApiError, Refused } from "#silo/errors.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Silo } from "#silo/silo.ts";
import type { Idleness } from "#state/idle.ts";
import type { Intent } from "#state/situation.ts";
import { inTurns } from "./in-turns.ts";
import { masterKeysOf } from "./master-keys-of.ts";
import { tellRun } from "./notify.ts";
import { ownerOf } from "./owner.ts";
import { type StatusPublisher, statusPublisher } from "./publish-status.ts";
import { statusAfterRun } from "./status-after-run.ts";
import type { CommandContext, ExitCode, FlyConnection, GitHubConnection, Specs } from "./types.ts";

/** Silos at once; the limits of Fly are per app, so this only bounds memory and open calls. */
const silosAtOnce = 50;
const lockWaitMs = 15 * 60_000;

export async function runSilos(
  context: CommandContext,
  specs: Specs,
  intent: Intent,
  looks: readonly Look[],
  connection: FlyConnection,
  { intentFor = () => intent }: Partial<Pick<RunOptions, "intentFor">> = {},
): Promise<ExitCode> {
  const runs = await runLooks(context, specs, looks, connection, { intentFor });
  context.tell?.({ kind: "runs", runs, intent });
  const style = styleOf(context.output.color);
  context.output.write(context.options.format === "json" ? runsJson(runs) : runsText(runs, style));
  return exitCodeOf(runs, context.signal);
}

export interface RunOptions {
  readonly intentFor: (silo: Silo) => Intent;
  readonly objection?: NonNullable<RunWorld["objection"]>;
  /** What is told of idleness beside the rest. */
  readonly idlenessOf?: (silo: Silo) => Idleness | undefined;
  /** Also told of other silos, and ended, by whoever gives it. */
  readonly published?: StatusPublisher;
}

/** Without a word on standard output. */
export async function runLooks(
  context: CommandContext,
  specs: Specs,
  looks: readonly Look[],
  connection: FlyConnection,
  options: RunOptions,
): Promise<readonly SiloRun[]> {
  const progress = progressOf(context, looks);
  const connect = connectOnce(context);
  const published = options.published ?? statusPublisher(context, specs, connect);
  const connections = {
    ...connection,
    github: await githubFor(connect, looks),
    netlify: await netlifyFor(context, looks),
    published,
  };
  const runs = await inTurns(looks, silosAtOnce, (look) =>
    runOne(context, specs, options, look, connections, progress),
  );
  if (!options.published) await published.end();
  return runs;
}

/** GitHub is loaded when it is first needed. */
export function connectOnce(context: CommandContext): () => Promise<GitHubConnection | undefined> {
  let connected: Promise<GitHubConnection | undefined> | undefined;
  return () => {
    connected ??= context.connectGitHub();
    return connected;
  };
}

async function runOne(
  context: CommandContext,
  specs: Specs,
  options: RunOptions,
  look: Look,
  { fly, probe, holder, github, netlify, published }: Connections,
  progress: Progress,
): Promise<SiloRun> {
  const silo = specs.selected.find(({ slug }) => slug === look.plan.silo);
  if (!silo) throw new Error(`The plan names ${look.plan.silo}, which was not read`);
  const { clock, random, variable, signal } = context;
  const owner = ownerOf(silo, specs);
  const startedAt = clock.now();
  try {
    const run = await runSilo(owner, options.intentFor(silo), look, {
      fly,
      clock,
      random,
      variable,
      probe,
      github,
      netlify,
      holder,
      signal,
      managerId: owner.managerId,
      jwtLifetimeDays: specs.config.jwt.lifetime_days,
      masterKeys: () => masterKeysOf(variable),
      lockWaitMs,
      ...(options.objection && { objection: options.objection }),
      onEvent: progress.onEvent,
      onNote: progress.note,
    });
    if (run.result !== "unchanged" && run.result !== "refused") {
      await published.add(silo, async () => ({
        result: run.result,
        status: await statusAfterRun(context, owner, look, run, fly, options.idlenessOf?.(silo)),
      }));
    }
    await tellRun(context, specs, silo, options.intentFor(silo), run, look);
    return run;
  } catch (error) {
    return failedRun(look, error, clock.now() - startedAt);
  }
}

type Connections = FlyConnection &
  Pick<RunWorld, "github" | "netlify"> & { readonly published: StatusPublisher };

/** Loaded only where something is handed out or taken back. */
async function githubFor(
  connect: () => Promise<GitHubConnection | undefined>,
  looks: readonly Look[],
) {
  if (!hasSteps(looks, "github-write", "github-withdraw")) return undefined;
  return (await connect())?.github;
}

async function netlifyFor({ connectNetlify }: CommandContext, looks: readonly Look[]) {
  return hasSteps(looks, "netlify-write", "netlify-remove") ? connectNetlify() : undefined;
}

const hasSteps = (looks: readonly Look[], ...kinds: readonly string[]): boolean =>
  looks.some(({ plan }) => plan.steps.some(({ kind }) => kinds.includes(kind)));

/** One silo's failure never ends the run of the others. */
function failedRun({ plan, observed }: Look, error: unknown, ms: number): SiloRun {
  const { silo, intent } = plan;
  const run = { silo, intent, outcomes: [], ms, before: observed };
  if (error instanceof Refused) {
    const { message, fix = "", exitCode } = error;
    return { ...run, result: "refused", refusals: [{ silo, message, fix }], exitCode };
  }
  const isExpected = error instanceof ApiError;
  const message = error instanceof Error ? error.message : String(error);
  const fix = isExpected ? "run the same command again" : "if it comes again, it is a bug";
  return { ...run, result: "failed", refusals: [{ silo, message, fix }] };
}

export function exitCodeOf(runs: readonly SiloRun[], signal: AbortSignal): ExitCode {
  if (signal.aborted) return 130;
  if (runs.some(({ result }) => result === "failed")) return 1;
  const refused = runs.filter(({ result }) => result === "refused");
  if (refused.length === 0) return 0;
  return refused.every(({ exitCode }) => exitCode === 2) ? 2 : 4;
}

interface Progress {
  readonly onEvent: (event: StepEvent) => void;
  readonly note: (silo: string, message: string) => void;
}

/** With what was learnt of the silos before: how long a start is going to take. */
function progressOf(context: CommandContext, looks: readonly Look[]): Progress {
  const progress = shownProgress(context, looks);
  const estimates = new Map(
    looks.map(({ observed, plan }) => [plan.silo, estimateSeconds(observed, plan)]),
  );
  return {
    onEvent: (event) => {
      const { silo } = event.type === "started" ? event.step : event.outcome.step;
      const seconds = estimates.get(silo);
      // With the first step: a silo that is refused has none.
      if (estimates.delete(silo) && seconds !== undefined) {
        progress.note(silo, `${silo}: the last start took ${seconds} s`);
      }
      progress.onEvent(event);
    },
    note: progress.note,
  };
}

/** A tree that redraws itself on a terminal, when it fits; plain lines elsewhere. */
function shownProgress({ output, options }: CommandContext, looks: readonly Look[]): Progress {
  const style = styleOf(output.noteColor);
  const steps = looks.flatMap(({ plan }) => plan.steps);
  const tree = new ProgressTree(steps);
  const rows = tree.height;
  const { redraw } = output;
  if (options.quiet || steps.length === 0) {
    return { onEvent: () => undefined, note: () => undefined };
  }
  if (!redraw || rows >= output.rows) {
    return {
      onEvent: (event) => {
        const line = progressLine(event, style);
        if (line) output.note(`${line}\n`);
      },
      note: (_silo, message) => output.note(`${plainText(message)}\n`),
    };
  }
  let drawn = 0;
  const draw = () => {
    redraw(drawn, `${tree.lines(style, output.columns).join("\n")}\n`);
    drawn = rows;
  };
  return {
    onEvent: (event) => {
      tree.update(event);
      draw();
    },
    note: (_silo, message) => {
      redraw(drawn, `${plainText(message)}\n`);
      drawn = 0;
      draw();
    },
  };
}
