/** What the emulated cloud really holds, past its limits and its late lists. */

import { expect } from "vitest";
import type { AppRow, MachineRow, VolumeRow } from "#emulators/fly/entities.ts";
import { aCloud, type Cloud, type CloudOptions } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

export interface Stack {
  readonly apps: readonly AppRow[];
  /** Without destroyed ones. */
  readonly machines: readonly MachineRow[];
  /** Without deleted ones. */
  readonly volumes: readonly VolumeRow[];
}

export async function stackOf({ fly }: Pick<Cloud, "fly">): Promise<Stack> {
  // Transitions that are due happen when somebody looks.
  const headers = { authorization: "Bearer any" };
  // A fault may hit this look as well: it has looked all the same.
  await fly.fetch("http://fly.local/v1/platform/regions", { headers }).catch(() => undefined);
  const saved = fly.save() as unknown as Stack;
  return {
    apps: saved.apps,
    machines: saved.machines.filter(({ destroyedMs }) => destroyedMs === undefined),
    volumes: saved.volumes.filter(({ deletedMs }) => deletedMs === undefined),
  };
}

/** Addresses that are due, by app suffix; every service has one machine. */
const addresses: Readonly<Record<string, readonly string[]>> = {
  pg: ["private_v6", "v4"],
  rest: ["private_v6"],
  auth: ["private_v6"],
  kong: ["shared_v4", "v6"],
  storage: ["private_v6"],
  studio: ["shared_v4", "v6"],
};

export interface Whole {
  readonly prefix?: string;
  readonly region?: string;
  readonly state?: "started" | "stopped";
  readonly without?: readonly string[];
  readonly privatePostgres?: boolean;
}

/** One app, one machine, one volume and one address of a kind for everything that is due. */
export async function expectWhole(cloud: Pick<Cloud, "fly">, whole: Whole = {}): Promise<void> {
  const { prefix = "devenv-acme-erp", without = [], state = "started", region = "yyz" } = whole;
  const { apps, machines, volumes } = await stackOf(cloud);
  const suffixes = Object.keys(addresses).filter((suffix) => !without.includes(suffix));
  const ofSilo = <T>(rows: readonly T[], app: (row: T) => string) =>
    rows.filter((row) => app(row).startsWith(`${prefix}-`));
  const seen = {
    addresses: Object.fromEntries(
      ofSilo(apps, ({ name }) => name).map(({ name, ips }) => [
        name.slice(prefix.length + 1),
        ips.map(({ type }) => type).sort(),
      ]),
    ),
    machines: ofSilo(machines, ({ app }) => app)
      .map((row) => `${row.name} ${state === "started" ? row.state : restOf(row.state)}`)
      .sort(),
    volumes: ofSilo(volumes, ({ app }) => app)
      .map(({ name, attachedTo }) => `${name} ${attachedTo === undefined ? "free" : "mounted"}`)
      .sort(),
  };
  const wanted = (suffix: string) =>
    suffix === "pg" && whole.privatePostgres ? ["private_v6"] : addresses[suffix];
  expect(seen).toEqual({
    addresses: Object.fromEntries(suffixes.map((suffix) => [suffix, wanted(suffix)])),
    machines: suffixes.map((suffix) => `${suffix}-${region} ${state}`).sort(),
    volumes: ["pg_data mounted", "storage_data mounted"],
  });
}

/** A machine that was made and never started rests as well as one that was stopped. */
const restOf = (state: string) => (state === "created" || state === "creating" ? "stopped" : state);

/** Everything of one app that must not change by itself, as one text a thing. */
export function factsByApp({ apps, machines, volumes }: Stack): Record<string, readonly string[]> {
  return Object.fromEntries(
    apps.map(({ name, ips, secretsVersion }) => [
      name,
      [
        ...machines
          .filter(({ app }) => app === name)
          .map(({ id, version, state }) => `machine ${id} ${version} ${restOf(state)}`),
        ...volumes
          .filter(({ app }) => app === name)
          .map(({ id, sizeGb, attachedTo }) => `volume ${id} ${sizeGb} GB on ${attachedTo}`),
        ...ips.map(({ ip, type }) => `${type} ${ip}`),
        `secrets ${secretsVersion}`,
      ],
    ]),
  );
}

export async function expectGone(cloud: Cloud): Promise<void> {
  const { apps, machines, volumes } = await stackOf(cloud);
  expect([...apps, ...machines, ...volumes]).toEqual([]);
}

/** A second plan is empty and an apply writes nothing, by lists and after they are up to date. */
export async function expectSettled(cloud: Cloud, silo = "acme-erp"): Promise<void> {
  await cloud.clock.sleep(60_000);
  const plan = await cloud.run(`plan ${silo} --detailed-exitcode`);
  expect(plan).toMatchObject({ exitCode: 0, writes: [] });
  const applied = await cloud.run(`apply ${silo}`);
  expect(applied).toMatchObject({ exitCode: 0, writes: [] });
  expect(applied.stdout).toContain("nothing to do");
}

export interface SavedCloud {
  readonly state: ReturnType<Cloud["fly"]["save"]>;
  readonly files: Readonly<Record<string, string>>;
  readonly github?: NonNullable<CloudOptions["github"]>;
}

export const saveCloud = ({ fly, github, files }: Cloud): SavedCloud => ({
  state: fly.save(),
  ...(github && { github: { repositories: [{ name: firstRepo(github) }], state: github.save() } }),
  files: Object.fromEntries(files.content),
});

/** It holds the silos. */
function firstRepo(github: NonNullable<Cloud["github"]>): string {
  const [first] = github.save().repos as readonly {
    readonly owner: string;
    readonly name: string;
  }[];
  if (!first) throw new Error("There is no repository");
  return `${first.owner}/${first.name}`;
}

/** The same cloud once more, later by nothing; its machines boot again. */
export async function resumeCloud(saved: SavedCloud, options: CloudOptions = {}): Promise<Cloud> {
  const cloud = aCloud({ ...saved, ...options, files: { ...saved.files, ...options.files } });
  cloud.clock.advance(Math.max(0, saved.state.atMs - cloud.clock.now()) + settleMs);
  await stackOf(cloud);
  return cloud;
}

const settleMs = 10_000;

/** A running silo, made once for a whole file of tests. */
export async function runningSilo(text = specText()): Promise<SavedCloud> {
  const cloud = aCloud({ files: { "silos/acme-erp.yml": text } });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  await expectWhole(cloud);
  return saveCloud(cloud);
}
