/** Runs that die in the middle of a restore: what it holds now and what comes back are both kept. */

import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../support/a-cloud.ts";
import { crashEverywhere } from "./crash-everywhere.ts";
import {
  expectSettled,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  saveCloud,
  stackOf,
} from "./stacks.ts";

let running: SavedCloud;
let snapshot: string;

beforeAll(async () => {
  const cloud = await resumeCloud(await runningSilo());
  const volume = await databaseVolume(cloud);
  await cloud.fly.fetch(`http://fly.local/v1/apps/devenv-acme-erp-pg/volumes/${volume}/snapshots`, {
    method: "POST",
    headers: { authorization: "Bearer local" },
  });
  const { stdout } = await cloud.run("snapshots acme-erp --format json");
  snapshot = JSON.parse(stdout)[0].id;
  running = saveCloud(cloud);
});

/** The one that is mounted. */
async function databaseVolume(cloud: Cloud): Promise<string | undefined> {
  const { volumes } = await stackOf(cloud);
  return volumes.find(({ name, attachedTo }) => name === "pg_data" && attachedTo)?.id;
}

async function expectUp(cloud: Cloud): Promise<void> {
  const { machines, volumes } = await stackOf(cloud);
  expect(machines.map(({ name, state }) => `${name} ${state}`).sort()).toEqual(
    ["auth", "kong", "pg", "rest", "storage", "studio"].map((one) => `${one}-yyz started`),
  );
  const before = running.state as unknown as { readonly volumes: typeof volumes };
  for (const { id } of before.volumes) {
    expect(
      volumes.some((volume) => volume.id === id),
      `volume ${id} is there`,
    ).toBe(true);
  }
  await expectSettled(cloud);
}

test("at every write: the same command ends it, with one new volume", async () => {
  const places = await crashEverywhere({
    from: running,
    line: `restore acme-erp --snapshot ${snapshot} --allow-destroy`,
    expectEnd: async (cloud) => {
      await expectUp(cloud);
      const { volumes } = await stackOf(cloud);
      expect(volumes.filter(({ name }) => name === "pg_data").length).toBeLessThan(4);
      const before = running.state as unknown as { readonly volumes: typeof volumes };
      expect(before.volumes.map(({ id }) => id)).not.toContain(await databaseVolume(cloud));
    },
  });
  expect(places).toBeGreaterThan(30);
}, 300_000);

test("at every write, and then an apply: one or the other, whole", async () => {
  await crashEverywhere({
    from: running,
    line: `restore acme-erp --snapshot ${snapshot} --allow-destroy`,
    next: "apply acme-erp",
    expectEnd: expectUp,
  });
}, 300_000);
