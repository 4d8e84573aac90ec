/** `silo emulate`: the embedded cloud, until it is interrupted. */

import type { CommandContext, RunCommand } from "#commands/types.ts";
import { type FaultPlan, parseFaultPlan } from "#emulators/faults.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { Refused } from "#silo/errors.ts";
import { renderMasterKey } from "#silo/master-key.ts";
import type { Clock, Files } from "#world/effects.ts";
import { type LocalCloud, type SavedCloud, startLocalCloud } from "./local-cloud.ts";

const saveEveryMs = 1_000;
const tickMs = 50;
const defaultPort = 4280;
const highestPort = 65_535;

export const run: RunCommand = async (context) => {
  const { options, files, output, signal } = context;
  const stateDir = options.value("state-dir");
  const time = choice(context, "time", ["real", "virtual"]);
  const virtual = time === "virtual" ? new VirtualClock(context.clock.now()) : undefined;
  const cloud = await startLocalCloud({
    clock: virtual ?? context.clock,
    port: wholeNumber(context, "port", defaultPort, highestPort),
    latency: choice(context, "latency", ["none", "fly"]),
    seed: wholeNumber(context, "seed", 1),
    orgs: (options.value("orgs") ?? "").split(",").filter((org) => org !== ""),
    faults: readFaults(files, options.value("faults")),
    state: readJson<SavedCloud>(files, stateFile(stateDir), "optional"),
    postgresDir:
      choice(context, "postgres", ["model", "real"]) === "real"
        ? `${stateDir ?? ".silo"}/postgres`
        : undefined,
  });
  try {
    // Not --env-file: Node takes that one for itself, wherever it stands.
    const envFile = options.value("env") ?? ".silo/local.env";
    files.write(envFile, envText(cloud, masterKey(context, stateDir)));
    output.write(`${JSON.stringify({ ...cloud.urls, env_file: envFile })}\n`);
    if (!options.quiet)
      output.note(`source ${envFile}, then use silo in that shell; Ctrl-C ends it\n`);
    await Promise.all([
      virtual && followWallClock(virtual, context.clock, signal),
      keepSaved(cloud, files, stateFile(stateDir), context.clock, signal),
    ]);
  } finally {
    await cloud.close();
  }
  return 0;
};

/** Virtual time never stands still: it goes with the wall clock, and jumps over every wait. */
async function followWallClock(virtual: VirtualClock, wall: Clock, signal: AbortSignal) {
  while (await passes(wall, tickMs, signal)) virtual.advance(tickMs);
}

async function keepSaved(
  cloud: LocalCloud,
  files: Files,
  file: string | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let saved = 0;
  const save = () => {
    if (file === undefined || cloud.requestCount() === saved) return;
    saved = cloud.requestCount();
    files.write(file, JSON.stringify(cloud.save()));
  };
  while (await passes(clock, saveEveryMs, signal)) save();
  save();
}

/** False once the command is to end. */
const passes = (clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> =>
  clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );

const stateFile = (dir: string | undefined) =>
  dir === undefined ? undefined : `${dir}/cloud.json`;

/** Kept with the state, so that silos of an earlier run can still be used. */
function masterKey({ files, random }: CommandContext, stateDir: string | undefined): string {
  const file = stateDir === undefined ? undefined : `${stateDir}/master-key`;
  if (file !== undefined && files.exists(file)) return textOf(files, file).trim();
  const key = renderMasterKey(random.bytes(32));
  if (file !== undefined) files.write(file, `${key}\n`);
  return key;
}

const envText = ({ environment }: LocalCloud, key: string): string =>
  Object.entries({ ...environment, SILO_MASTER_KEY: key })
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join("");

function readFaults(files: Files, path: string | undefined): FaultPlan {
  try {
    return parseFaultPlan(readJson<unknown>(files, path) ?? []);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Refused(`Cannot use ${path}: ${error.message}`, {
      exitCode: 2,
      fix: "src/emulators/README.md describes the rules",
    });
  }
}

function readJson<T>(files: Files, path: string | undefined, how?: "optional"): T | undefined {
  if (path === undefined || (how === "optional" && !files.exists(path))) return undefined;
  try {
    return JSON.parse(textOf(files, path)) as T;
  } catch (error) {
    throw new Refused(`Cannot read ${path}: ${error instanceof Error ? error.message : ""}`, {
      exitCode: 2,
      fix: "it is to be JSON; src/emulators/README.md shows an example",
    });
  }
}

const textOf = (files: Files, path: string) => new TextDecoder().decode(files.read(path));

function wholeNumber(
  { options }: CommandContext,
  name: string,
  otherwise: number,
  highest = 999_999_999,
): number {
  const text = options.value(name);
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text) && Number(text) <= highest) return Number(text);
  throw new Refused(`--${name} is "${text}"`, {
    exitCode: 2,
    fix: `give a whole number up to ${highest}`,
  });
}

function choice<const T extends string>(
  { options }: CommandContext,
  name: string,
  choices: readonly [T, ...T[]],
): T {
  const text = options.value(name);
  if (text === undefined) return choices[0];
  const found = choices.find((one) => one === text);
  if (found !== undefined) return found;
  throw new Refused(`--${name} is "${text}"`, { exitCode: 2, fix: `use ${choices.join(" or ")}` });
}
