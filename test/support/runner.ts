/**
 * A GitHub runner as far as an action can see it: inputs as variables with their defaults, files for
 * outputs, state and summary, the payload of the event, the workspace as working directory, masks in
 * the log, ten annotations of a kind, and the end of a cancelled step: SIGINT, 7.5 s later SIGTERM,
 * 2.5 s later SIGKILL.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseAction } from "./action-inputs.ts";

export interface StepOf {
  /** Holds action.yml and what it names. */
  readonly actionFolder: string;
  /** What was checked out: path → text. */
  readonly files: ReadonlyMap<string, string>;
  readonly event: TriggerEvent;
  readonly with: Readonly<Record<string, string>>;
  /** Variables of the job, and what every runner sets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly githubToken: string;
}

export interface TriggerEvent {
  readonly name: string;
  readonly payload: unknown;
  readonly actor: string;
  readonly ref: string;
  readonly sha: string;
}

export interface Annotation {
  readonly kind: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: string;
  readonly col?: string;
  readonly title?: string;
}

export interface StepEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** As it is shown: commands taken out, masks applied. */
  readonly log: string;
  /** Everything the step printed. */
  readonly raw: string;
  readonly annotations: readonly Annotation[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly masks: readonly string[];
  /** What post printed, and whether it failed. */
  readonly post: { readonly exitCode: number | null; readonly log: string };
}

export interface RunningStep {
  readonly ended: Promise<StepEnd>;
  /** As the button of the run does; `kill` takes the runner's last resort at once. */
  cancel(how?: "kill"): void;
}

const annotationKinds = ["error", "warning", "notice"];
const mostOfAKind = 10;
const summaryLimit = 1024 * 1024;

export function startStep(step: StepOf): RunningStep {
  const folder = mkdtempSync(join(tmpdir(), "silo-runner-"));
  const workspace = join(folder, "workspace");
  mkdirSync(workspace);
  for (const [path, text] of step.files) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  const action = parseAction(readFileSync(join(step.actionFolder, "action.yml"), "utf8"));
  const commandFiles = Object.fromEntries(
    ["OUTPUT", "STATE", "ENV", "PATH", "STEP_SUMMARY"].map((name) => {
      const path = join(folder, name.toLowerCase());
      writeFileSync(path, "");
      return [`GITHUB_${name}`, path];
    }),
  );
  writeFileSync(join(folder, "event.json"), JSON.stringify(step.event.payload));
  const environment = {
    PATH: process.env.PATH ?? "",
    GITHUB_ACTIONS: "true",
    CI: "true",
    GITHUB_EVENT_NAME: step.event.name,
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_WORKSPACE: workspace,
    GITHUB_ACTOR: step.event.actor,
    GITHUB_REF: step.event.ref,
    GITHUB_SHA: step.event.sha,
    GITHUB_SERVER_URL: "https://github.com",
    RUNNER_TEMP: folder,
    ...commandFiles,
    ...inputsOf(action.inputs, step),
    ...step.environment,
  };
  const fileOf = (name: string) => readFileSync(commandFiles[`GITHUB_${name}`] ?? "", "utf8");
  const start = (entry: string, more: Readonly<Record<string, string>> = {}) =>
    startEntry(join(step.actionFolder, entry), workspace, { ...environment, ...more });
  const main = start(action.runs.main);
  const ended = main.ended.then(async (end) => {
    const state = Object.entries(fileCommands(fileOf("STATE")));
    const stateVariables = Object.fromEntries(
      state.map(([name, value]) => [`STATE_${name}`, value]),
    );
    // `post-if: always()`
    const post = await start(action.runs.post, stateVariables).ended;
    const summary = fileOf("STEP_SUMMARY");
    const result: StepEnd = {
      ...readLog(end.raw),
      exitCode: end.exitCode,
      signal: end.signal,
      raw: end.raw + post.raw,
      outputs: fileCommands(fileOf("OUTPUT")),
      summary: Buffer.byteLength(summary) > summaryLimit ? "" : summary,
      post: { exitCode: post.exitCode, log: readLog(post.raw).log },
    };
    rmSync(folder, { recursive: true, force: true });
    return result;
  });
  return {
    ended,
    cancel(how) {
      if (how === "kill") return void main.child.kill("SIGKILL");
      main.child.kill("SIGINT");
      const timers = [
        setTimeout(() => main.child.kill("SIGTERM"), 7_500),
        setTimeout(() => main.child.kill("SIGKILL"), 10_000),
      ];
      main.child.once("close", () => timers.forEach(clearTimeout));
    },
  };
}

function startEntry(
  program: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): {
  readonly child: ChildProcess;
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly raw: string;
  }>;
} {
  const child = spawn(process.execPath, [program], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  child.stdout.on("data", (chunk) => printed.push(String(chunk)));
  child.stderr.on("data", (chunk) => printed.push(String(chunk)));
  const ended = new Promise<{
    exitCode: number | null;
    signal: NodeJS.Signals | null;
    raw: string;
  }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve({ exitCode, signal, raw: printed.join("") }));
  });
  return { child, ended };
}

/** Hyphens are kept, and an input that is not given is empty. */
function inputsOf(
  declared: ReturnType<typeof parseAction>["inputs"],
  { with: given, githubToken }: StepOf,
): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(", ")}`);
  return Object.fromEntries(
    Object.entries(declared).map(([name, input]) => {
      const fallback = (input.default ?? "").replace(/^\$\{\{ github\.token \}\}$/, githubToken);
      return [`INPUT_${name.toUpperCase()}`, given[name] ?? fallback];
    }),
  );
}

function readLog(raw: string) {
  const masks: string[] = [];
  const annotations: Annotation[] = [];
  const lines: string[] = [];
  for (const line of raw.split("\n")) {
    const [, name = "", properties = "", data = ""] =
      /^::([a-z-]+)(?: (.*?))?::(.*)$/.exec(line.trimStart()) ?? [];
    if (name === "add-mask") masks.push(unescaped(data));
    else if (annotationKinds.includes(name)) {
      const isRoom = annotations.filter(({ kind }) => kind === name).length < mostOfAKind;
      if (isRoom) {
        annotations.push({ kind: name, message: unescaped(data), ...propertiesOf(properties) });
      }
      lines.push(`${name}: ${unescaped(data)}`);
    } else lines.push(line);
  }
  const masked = masks.reduce((text, mask) => text.replaceAll(mask, "***"), lines.join("\n"));
  return { masks, annotations, log: masked };
}

const propertiesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(",")
      .filter((pair) => pair.includes("="))
      .map((pair) => {
        const at = pair.indexOf("=");
        const value = unescaped(pair.slice(at + 1))
          .replaceAll("%3A", ":")
          .replaceAll("%2C", ",");
        return [pair.slice(0, at), value];
      }),
  );

const unescaped = (text: string): string =>
  text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");

/** `name<<delimiter`, the value, the delimiter; a later one of a name counts. */
function fileCommands(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(lines[at] ?? "") ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter, at + 1);
    found[name] = lines.slice(at + 1, end).join("\n");
    at = end;
  }
  return found;
}
