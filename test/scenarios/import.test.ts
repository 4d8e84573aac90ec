/** `silo import`: what it says of a stack made by hand, that it marks and nothing else, and what follows. */

import { beforeAll, describe, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import { aCloud, type Cloud, otherMasterKey } from "../support/a-cloud.ts";
import { crashEverywhere } from "./crash-everywhere.ts";
import { type HandMade, makeByHand } from "./hand-made.ts";
import {
  expectSettled,
  factsByApp,
  resumeCloud,
  type SavedCloud,
  saveCloud,
  stackOf,
} from "./stacks.ts";

const file = "silos/acme-erp.yml";
let handMade: SavedCloud;

async function madeByHand(how: HandMade = {}, files: Record<string, string> = {}): Promise<Cloud> {
  const cloud = aCloud({ files });
  await makeByHand(cloud, how);
  return cloud;
}

beforeAll(async () => {
  handMade = saveCloud(await madeByHand());
});

const volumesOf = async (cloud: Cloud) =>
  (await stackOf(cloud)).volumes.map(({ id, name, attachedTo }) => `${id} ${name} ${attachedTo}`);

async function expectRunning(cloud: Cloud): Promise<void> {
  expect((await cloud.run("status acme-erp")).stdout).toMatch(/^acme-erp {2}running {2}ams/);
  await expectSettled(cloud);
  const inventory = await cloud.run("inventory");
  expect(inventory.stdout).toContain("owned 1 = desired 1 + stopped 0 + protected 0 + orphans 0");
  expect(cloud.violations()).toEqual([]);
}

describe("a stack that can be taken over", () => {
  test("is shown with its spec, its marks and what follows; nothing is written", async () => {
    const cloud = await resumeCloud(handMade);
    const run = await cloud.run("import acme erp");
    expect(run, run.stderr).toMatchObject({ exitCode: 0, writes: [], stderr: "" });
    expect(run.stdout.match(/can be taken over/g)).toHaveLength(6);
    expect(run.stdout.match(/ {2}= Mark machine/g)).toHaveLength(6);
    for (const text of [
      "volume pg_data of 20 GB at /var/lib/postgresql",
      '  |   fly_region: "ams"',
      "  |     postgres: { memory_mb: 2048, volume_gb: 20 }",
      '  |     postgrest: { schemas: ["public", "api"] }',
      '  |   auth: { site_url: "https://erp.example.com" }',
      "~ Set the passwords of the database roles of acme-erp",
      "- Release address",
      "note: the apply gives acme-erp keys and passwords of its own",
      "note: what Vault encrypted stays readable only with its key on the volume",
    ]) {
      expect(run.stdout).toContain(text);
    }
    // Its variables hold passwords.
    expect(run.stdout).not.toMatch(/hand-made-/);
    expect([...cloud.files.content.keys()]).toEqual([]);
    const shown = JSON.parse((await cloud.run("import acme erp --format json")).stdout);
    expect(shown.services).toHaveLength(6);
    expect(shown.import.steps).toHaveLength(6);
    expect(shown.apply_after.refusals).toEqual([]);
    expect(JSON.stringify(shown)).not.toMatch(/hand-made-/);
  });

  test("gets a spec that is valid by --write-spec, and nothing else", async () => {
    const cloud = await resumeCloud(handMade);
    expect(await cloud.run("import acme erp --write-spec")).toMatchObject({
      exitCode: 0,
      writes: [],
    });
    expect(await cloud.run("validate")).toMatchObject({ exitCode: 0, stderr: "" });
    const refused = await cloud.run("apply acme-erp");
    expect(refused.exitCode).toBe(4);
    expect(refused.stdout).toContain("`silo import acme erp` says whether it can be taken over");
    expect((await cloud.run("import acme erp --adopt")).exitCode).toBe(0);
  });

  test("is marked by --adopt: metadata of machines and nothing else", async () => {
    const cloud = await resumeCloud(handMade);
    const before = factsByApp(await stackOf(cloud));
    const run = await cloud.run("import acme erp --adopt");
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(run.writes.map(({ action }) => action)).toEqual(Array(6).fill("metadata.patch"));
    expect(factsByApp(await stackOf(cloud))).toEqual(before);
    expect(cloud.files.content.has(file)).toBe(true);
    expect((await cloud.run("status acme-erp")).stdout).toMatch(/^acme-erp {2}provisioning {2}ams/);
    const again = await cloud.run("import acme erp");
    expect(again).toMatchObject({ exitCode: 0, writes: [] });
    expect(again.stdout).toContain("Nothing is left to take over");
  });

  test("shows no keys, and nothing but an apply gives it its own", async () => {
    const cloud = await resumeCloud(handMade);
    await cloud.run("import acme erp --adopt");
    const before = factsByApp(await stackOf(cloud));
    const context = await cloud.run("context acme-erp --role dev-worker --format json");
    expect(context.stdout).not.toContain("eyJ");
    for (const line of ["start", "restart", "rotate"]) {
      const run = await cloud.run(`${line} acme-erp`);
      expect(run.exitCode, line).toBe(4);
      expect(run.stdout).toContain("was imported, and no apply has followed");
    }
    await cloud.run("drift --heal acme-erp");
    await cloud.run("auto-stop");
    expect(factsByApp(await stackOf(cloud))).toEqual(before);
  });

  test("runs after the apply, on the volumes it had", async () => {
    const cloud = await resumeCloud(handMade);
    const volumes = await volumesOf(cloud);
    await cloud.run("import acme erp --adopt");
    const plan = JSON.parse((await cloud.run("plan acme-erp --format json")).stdout);
    const applied = await cloud.run("apply acme-erp");
    expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
    expect(applied.stdout).toContain(`applied: ${plan.silos[0].steps.length} steps`);
    expect(await volumesOf(cloud)).toEqual(volumes);
    await expectRunning(cloud);
    for (const line of ["stop acme-erp", "start acme-erp", "rotate acme-erp"]) {
      expect(await cloud.run(line)).toMatchObject({ exitCode: 0 });
    }
    await expectRunning(cloud);
  });

  test("that is stopped stays so, and comes up with its new keys", async () => {
    const cloud = await resumeCloud(handMade);
    for (const { app, id } of (await stackOf(cloud)).machines) {
      await cloud.fly.fetch(`http://fly.local/v1/apps/${app}/machines/${id}/stop`, {
        method: "POST",
        headers: { authorization: "Bearer local" },
      });
    }
    await cloud.clock.sleep(60_000);
    await cloud.run("import acme erp --adopt");
    expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
    expect((await stackOf(cloud)).machines.every(({ state }) => state === "stopped")).toBe(true);
    expect((await cloud.run("status acme-erp")).stdout).toMatch(/^acme-erp {2}stopped/);
    expect(await cloud.run("start acme-erp")).toMatchObject({ exitCode: 0 });
    await expectRunning(cloud);
  });

  test("is kept by the key it was imported under", async () => {
    const cloud = await resumeCloud(handMade);
    await cloud.run("import acme erp --adopt");
    const other = { environment: { SILO_MASTER_KEY: otherMasterKey } };
    const run = await cloud.run("apply acme-erp", other);
    expect(run.exitCode).toBe(4);
    expect(run.stdout + run.stderr).toContain("is not the key that acme-erp was made with");
  });
});

describe("an import that is killed at any write", () => {
  test("is completed by the next one, and the apply ends", { timeout: 120_000 }, async () => {
    const places = await crashEverywhere({
      from: handMade,
      line: "import acme erp --adopt",
      expectEnd: async (cloud) => {
        expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
        await expectRunning(cloud);
      },
    });
    expect(places).toBeGreaterThan(12);
  });

  test("also where it makes the kong machine", { timeout: 120_000 }, async () => {
    await crashEverywhere({
      from: saveCloud(await madeByHand({ without: ["kong", "studio"] })),
      line: "import acme erp --adopt",
      expectEnd: async (cloud) => {
        expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
        await expectRunning(cloud);
      },
    });
  });

  test("and so is the apply after it", { timeout: 120_000 }, async () => {
    const cloud = await resumeCloud(handMade);
    await cloud.run("import acme erp --adopt");
    const volumes = await volumesOf(cloud);
    await crashEverywhere({
      from: saveCloud(cloud),
      line: "apply acme-erp",
      every: 4,
      expectEnd: async (end) => {
        expect(await volumesOf(end)).toEqual(volumes);
        await expectRunning(end);
      },
    });
  });
});

test("a stack without Kong gets the machine that bears the record, not launched", async () => {
  const cloud = await madeByHand({ without: ["kong", "studio"] });
  const run = await cloud.run("import acme erp --adopt");
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0 });
  expect(cloud.files.content.get(file)).toContain("studio: { enabled: false }");
  const kong = (await stackOf(cloud)).machines.find(({ app }) => app.endsWith("-kong"));
  expect(kong?.state).toBe("created");
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  await expectRunning(cloud);
});

test("a marker that somebody removed is written again, and the identity stays", async () => {
  const cloud = await resumeCloud(handMade);
  await cloud.run("import acme erp --adopt");
  await cloud.run("apply acme-erp");
  const app = "devenv-acme-erp-rest";
  const id = (await stackOf(cloud)).machines.find((machine) => machine.app === app)?.id;
  const metadata = `http://fly.local/v1/apps/${app}/machines/${id}/metadata`;
  const headers = { authorization: "Bearer local" };
  const identity = async () => {
    const response = await cloud.fly.fetch(metadata, { headers });
    return ((await response.json()) as Record<string, string>)[keys.incarnation];
  };
  const before = await identity();
  expect(before).toMatch(/^[0-9a-f]{32}$/);
  await cloud.fly.fetch(`${metadata}/${keys.managedBy}`, { method: "DELETE", headers });
  await cloud.clock.sleep(60_000);
  expect((await cloud.run("plan acme-erp")).exitCode).toBe(4);
  expect(await cloud.run("import acme erp --adopt")).toMatchObject({ exitCode: 0 });
  expect(await identity()).toBe(before);
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  await expectRunning(cloud);
});
