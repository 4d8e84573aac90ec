/** One case of the sweep: a command on a world, struck; whether it ends as it does undisturbed. */

import { isDeepStrictEqual } from "node:util";
import type { SavedCloud } from "../../scenarios/stacks.ts";
import type { Cloud, Run } from "../../support/a-cloud.ts";
import { derivedCredentials } from "../../support/derived.ts";
import { metadataOf, rowsOf, standing } from "../rows.ts";
import { difference } from "../simulate.ts";
import { finalWorld } from "../worlds.ts";
import { editedSpec, slug, spec, struckCloud } from "./starts.ts";
import type { Strike, Struck } from "./strikes.ts";

export const commands = {
  apply: `apply ${slug}`,
  "apply an edit": `apply ${slug}`,
  start: `start ${slug}`,
  stop: `stop ${slug}`,
  restart: `restart ${slug}`,
  rotate: `rotate ${slug}`,
  destroy: `destroy ${slug} --now --allow-destroy`,
  "drift --heal": `drift ${slug} --heal`,
} as const;

export type CommandName = keyof typeof commands;
export const commandNames = Object.keys(commands) as readonly CommandName[];

/** What the undisturbed run leaves. */
export interface Calm {
  readonly exitCode: number;
  readonly world: unknown;
  /** Whether an apply after it finds nothing to do. */
  readonly isSettled: boolean;
  /** Wounds that the world had before, or that the command leaves undisturbed. */
  readonly old: readonly string[];
}

export interface Case {
  readonly command: CommandName;
  readonly from: SavedCloud;
  readonly strikes: readonly Strike[];
}

/** Longer than a lease that its holder has left. */
const leaseMs = 31_000;
const mostRuns = 5;
const mostCalls = 3_000;

export async function calmEnd(command: CommandName, from: SavedCloud): Promise<Calm> {
  const calm: Case = { command, from, strikes: [] };
  const { cloud } = await begin(calm);
  const before = await volumeIds(cloud);
  const older = await oracles(calm, cloud, before);
  const { exitCode } = await cloud.run(commands[command]);
  await cloud.clock.sleep(leaseMs);
  const world = await finalWorld(cloud, [slug]);
  const old = [...older, ...(await oracles(calm, cloud, before))];
  const isSettled = exitCode === 0 && (await unsettled(cloud)) === undefined;
  return { exitCode, world, isSettled, old };
}

export interface Verdict {
  /** Every strike has met its call. */
  readonly isStruck: boolean;
  readonly wound?: string;
}

export async function judge(one: Case, calm: Calm): Promise<Verdict> {
  const { cloud, struck } = await begin(one);
  const before = await volumeIds(cloud);
  const wounds: string[] = [];
  const last = await persist(one, calm, cloud, struck, wounds);
  if (struck.places.length < one.strikes.length) return { isStruck: false };
  struck.end();
  await cloud.clock.sleep(leaseMs);
  const world = await finalWorld(cloud, [slug]);
  // What fails undisturbed leaves this or that undone.
  if (calm.exitCode !== 1 && !isDeepStrictEqual(world, calm.world)) {
    wounds.push(difference(world, calm.world));
  }
  const seen = await oracles(one, cloud, before);
  wounds.push(...seen.filter((wound) => !calm.old.includes(wound)));
  if (calm.isSettled) {
    const left = await unsettled(cloud);
    if (left) wounds.push(left);
  }
  if (wounds.length === 0) return { isStruck: true };
  const text = `${struck.places.join("; then ")}\n    ${wounds.join("\n    ")}\n${indented(last)}`;
  return { isStruck: true, wound: text };
}

function begin({ command, from, strikes }: Case): ReturnType<typeof struckCloud> {
  return struckCloud(from, strikes, command === "apply an edit" ? editedSpec : spec);
}

/** Again, as its message says, until it ends as it would have without the strikes. */
async function persist(
  { command }: Case,
  calm: Calm,
  cloud: Cloud,
  struck: Struck,
  wounds: string[],
): Promise<string> {
  let line: string = commands[command];
  for (let runs = 1; ; runs++) {
    const run = await Promise.race([struck.begin(), cloud.run(line)]);
    if (run !== "died") {
      if (run.stderr.includes("bug in silo-manager")) wounds.push("found a bug");
      if (run.calls.length > mostCalls) wounds.push(`made ${run.calls.length} calls`);
      if (run.exitCode === calm.exitCode) return said(run);
      if (runs === mostRuns) {
        wounds.push(`still ends with ${run.exitCode}, not ${calm.exitCode}`);
        return said(run);
      }
    }
    await cloud.clock.sleep(leaseMs);
    line = await nextLine(command, cloud);
  }
}

/** A rotation that is done is not known to have been asked for: asking again is another one. */
async function nextLine(command: CommandName, cloud: Cloud): Promise<string> {
  if (command !== "rotate") return commands[command];
  const { machines } = await rowsOf(cloud);
  const kong = machines.find(({ app }) => app === `devenv-${slug}-kong`);
  const isBegun = kong !== undefined && Object.hasOwn(metadataOf(kong), "silo_gen_2");
  return isBegun ? commands.apply : commands.rotate;
}

async function oracles(one: Case, cloud: Cloud, before: readonly string[]): Promise<string[]> {
  const wounds: string[] = [];
  const { machines, volumes } = await rowsOf(cloud);
  for (const { app, lease } of machines) {
    if (lease && lease.expiresMs > cloud.clock.now()) wounds.push(`the lock of ${app} is held`);
  }
  if (one.command !== "destroy") {
    const lost = volumes.filter(
      ({ id, deletedMs }) => deletedMs !== undefined && before.includes(id),
    );
    for (const { id } of lost) wounds.push(`the volume ${id} is lost`);
  }
  const keys = await derivedCredentials(cloud, slug).catch(() => undefined);
  for (const [key, value] of standing(cloud, slug)) {
    if (key.endsWith("_ANON_KEY") && value !== keys?.anonKey.reveal()) {
      wounds.push(`${key} is not the one in force`);
    }
  }
  return wounds;
}

async function volumeIds(cloud: Cloud): Promise<readonly string[]> {
  const { volumes } = await rowsOf(cloud);
  return volumes.filter(({ deletedMs }) => deletedMs === undefined).map(({ id }) => id);
}

async function unsettled(cloud: Cloud): Promise<string | undefined> {
  const { exitCode, writes, stdout } = await cloud.run(commands.apply);
  if (exitCode === 0 && writes.length === 0) return undefined;
  const calls = writes.map(({ method, path }) => `${method} ${path}`).join(", ");
  return `an apply after it ends with ${exitCode}, writes ${calls || "nothing"}: ${stdout}`;
}

const said = ({ stdout, stderr }: Run): string => `${stdout}${stderr.slice(-1_000)}`;
const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, "      ");
