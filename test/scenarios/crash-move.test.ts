/** Runs that die in the middle of a move: the data is whole in one place at least, and the next run ends it. */

import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { crashEverywhere } from "./crash-everywhere.ts";
import {
  expectSettled,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  saveCloud,
  stackOf,
} from "./stacks.ts";

const file = "silos/acme-erp.yml";
const inRegion = (region: string) => specText({ devenv: `  fly_region: ${region}` });
const suffixes = ["auth", "kong", "pg", "rest", "storage", "studio"];

let running: SavedCloud;
let stopped: SavedCloud;
let addresses: unknown;

beforeAll(async () => {
  running = await runningSilo();
  const cloud = await resumeCloud(running);
  addresses = await addressesOf(cloud);
  expect(await cloud.run("stop acme-erp")).toMatchObject({ exitCode: 0 });
  stopped = saveCloud(cloud);
});

const addressesOf = async (cloud: Cloud) =>
  (await stackOf(cloud)).apps.map(({ name, ips, secrets }) => ({ name, ips, secrets }));

/** The volumes that were there before, or copies of them, are there, and hold what they held. */
async function expectData(cloud: Cloud): Promise<void> {
  const { volumes } = await stackOf(cloud);
  const before = running.state as unknown as { readonly volumes: typeof volumes };
  for (const { id, data } of before.volumes) {
    const found = volumes.find((volume) => volume.id === id);
    expect(found?.data, `volume ${id}`).toEqual(data);
  }
}

async function expectAt(cloud: Cloud, region: string, state = "started"): Promise<void> {
  const { machines, volumes } = await stackOf(cloud);
  const rest = (one: string) => (one === "created" ? "stopped" : one);
  expect(machines.map((one) => `${one.name} ${rest(one.state)}`).sort()).toEqual(
    suffixes.map((suffix) => `${suffix}-${region} ${state}`),
  );
  const mounted = volumes.filter(({ attachedTo }) => attachedTo !== undefined);
  expect(mounted.map(({ name, region: where }) => `${name} ${where}`).sort()).toEqual([
    `pg_data ${region}`,
    `storage_data ${region}`,
  ]);
  expect(await addressesOf(cloud)).toEqual(addresses);
}

test("a running silo, at every write: the next apply ends the move", async () => {
  const places = await crashEverywhere({
    from: running,
    files: { [file]: inRegion("ams") },
    line: "apply acme-erp",
    recover: expectData,
    expectEnd: async (cloud) => {
      await expectData(cloud);
      await expectAt(cloud, "ams");
      await expectSettled(cloud);
      expect((await stackOf(cloud)).volumes).toHaveLength(4);
    },
  });
  expect(places).toBeGreaterThan(60);
}, 300_000);

test("a stopped silo, at every write: it is moved without being started", async () => {
  await crashEverywhere({
    from: stopped,
    files: { [file]: inRegion("ams") },
    line: "apply acme-erp",
    recover: expectData,
    expectEnd: async (cloud) => {
      await expectData(cloud);
      await expectAt(cloud, "ams", "stopped");
      await expectSettled(cloud);
    },
  });
}, 300_000);

test("at every write, and the spec set back: it returns, or is moved back", async () => {
  await crashEverywhere({
    from: running,
    files: { [file]: inRegion("ams") },
    line: "apply acme-erp",
    recover: async (cloud) => {
      await expectData(cloud);
      cloud.files.write(file, inRegion("yyz"));
    },
    expectEnd: async (cloud) => {
      await expectAt(cloud, "yyz");
      await expectSettled(cloud);
    },
  });
}, 300_000);

test("at every write, and started where it was: then the move begins again", async () => {
  await crashEverywhere({
    from: running,
    files: { [file]: inRegion("ams") },
    line: "apply acme-erp",
    next: "start acme-erp",
    expectEnd: async (cloud) => {
      await expectData(cloud);
      expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
      await expectAt(cloud, "ams");
      await expectSettled(cloud);
    },
  });
}, 300_000);
