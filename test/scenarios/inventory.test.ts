/** `silo inventory`: everything that is ours is counted once, and what is nobody's is named. */

import { beforeAll, describe, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import { type Inventory, takeInventory } from "#state/inventory.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { imbalancesOf } from "../support/balance.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";
import { resumeCloud, runningSilo, type SavedCloud, stackOf } from "./stacks.ts";

const file = "silos/acme-erp.yml";
let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo(specText({ devenv: "  prevent_destroy: false" }));
});

async function inventoryOf(cloud: Cloud, options = "") {
  const { exitCode, stdout } = await cloud.run(`inventory --format json ${options}`);
  return { exitCode, ...JSON.parse(stdout) };
}

async function mark(cloud: Cloud, name: string, value: string, app = "devenv-acme-erp-kong") {
  const machine = (await stackOf(cloud)).machines.find((one) => one.app === app);
  const path = `${app}/machines/${machine?.id}/metadata/${name}`;
  const response = await cloud.fly.fetch(`http://fly.local/v1/apps/${path}`, {
    method: "POST",
    headers: { authorization: "Bearer any" },
    body: JSON.stringify({ value }),
  });
  expect(response.status).toBeLessThan(300);
  await cloud.clock.sleep(60_000);
}

describe("the equation", () => {
  test("a running silo is desired, at the price of its plan", async () => {
    const cloud = await resumeCloud(running);
    await cloud.clock.sleep(60_000);
    const seen = await inventoryOf(cloud);
    expect(seen).toMatchObject({
      exitCode: 0,
      owned: { stacks: 1 },
      desired: { stacks: 1 },
      unaccounted: [],
      missing: [],
    });
    expect(seen.stacks[0]).toMatchObject({
      prefix: "devenv-acme-erp",
      silo_id: "acme-erp-silo-001",
      apps: 6,
      machines: 6,
      volumes: 2,
      volume_gb: 15,
    });
    const { stdout } = await cloud.run("cost --format json");
    const { always_on } = JSON.parse(stdout).silos[0].monthly_usd;
    expect(seen.owned.monthly_usd).toBeCloseTo(always_on, 2);
  });

  test("a stopped one costs its volumes, address and root file systems", async () => {
    const cloud = await resumeCloud(running);
    await cloud.run("stop acme-erp");
    await cloud.clock.sleep(60_000);
    const seen = await inventoryOf(cloud);
    expect(seen.stopped.stacks).toBe(1);
    const { stdout } = await cloud.run("cost --format json");
    expect(seen.owned.monthly_usd).toBeCloseTo(JSON.parse(stdout).silos[0].monthly_usd.stopped, 2);
  });

  test("without its spec it is protected, and an orphan once that is lifted", async () => {
    const cloud = await resumeCloud(running);
    await mark(cloud, keys.preventDestroy, "true");
    cloud.files.content.delete(file);
    cloud.files.write("silos/acme-crm.yml", specText({ app: "crm" }));
    const kept = await inventoryOf(cloud);
    expect(kept).toMatchObject({ protected: { stacks: 1 }, missing: ["acme-crm"] });
    await mark(cloud, keys.preventDestroy, "false");
    const { exitCode, stdout } = await cloud.run("inventory --detailed-exitcode");
    expect(exitCode).toBe(3);
    expect(stdout).toContain("owned 1 = desired 0 + stopped 0 + protected 0 + orphans 1");
    expect(stdout).toMatch(/devenv-acme-erp: no spec; since \d{4}/);
  });

  test("what a destruction keeps is protected for its days, then an orphan", async () => {
    const cloud = await resumeCloud(running);
    await cloud.run("destroy acme-erp --allow-destroy");
    cloud.files.content.delete(file);
    cloud.files.write("silos/acme-crm.yml", specText({ app: "crm" }));
    await cloud.clock.sleep(60_000);
    const kept = await inventoryOf(cloud);
    expect(kept).toMatchObject({ exitCode: 0, protected: { stacks: 1 }, unaccounted: [] });
    expect(kept.stacks[0]).toMatchObject({ apps: 2, volume_gb: 15 });
    await cloud.clock.sleep(8 * 86_400_000);
    expect(await inventoryOf(cloud)).toMatchObject({ orphan: { stacks: 1 } });
  });

  test("a machine without our mark in an app of ours is named, and counted nowhere else", async () => {
    const cloud = await resumeCloud(running);
    await mark(cloud, keys.managedBy, "somebody", "devenv-acme-erp-rest");
    const { machines } = await stackOf(cloud);
    const config = { image: "busybox", metadata: { theirs: "yes" } };
    const response = await cloud.fly.fetch(
      "http://fly.local/v1/apps/devenv-acme-erp-kong/machines",
      {
        method: "POST",
        headers: { authorization: "Bearer any" },
        body: JSON.stringify({ region: "yyz", config }),
      },
    );
    expect(response.status).toBeLessThan(300);
    await cloud.clock.sleep(60_000);
    const seen = await inventoryOf(cloud);
    const theirs = (await stackOf(cloud)).machines.filter(({ id }) =>
      machines.every((machine) => machine.id !== id),
    );
    expect(theirs.length).toBe(1);
    expect(seen.stacks[0]).toMatchObject({ apps: 5, machines: 5 });
    expect(seen.exitCode).toBe(1);
    expect(seen.unaccounted).toEqual([
      `devenv-acme-erp-kong: its machine ${theirs[0]?.id} does not bear our mark`,
    ]);
  });

  test.each<[string, (seen: Inventory) => Inventory, string]>([
    ["loses a stack", (seen) => ({ ...seen, stacks: [] }), "machines of its stacks"],
    [
      "counts one twice",
      (seen) => ({ ...seen, stacks: [...seen.stacks, ...seen.stacks] }),
      "machines of its stacks",
    ],
    [
      "has a class of its own",
      (seen) => ({
        ...seen,
        stacks: seen.stacks.map((stack) => ({ ...stack, class: "lost" as never })),
      }),
      "stacks of its classes",
    ],
    [
      "names what is not there",
      (seen) => ({ ...seen, unaccounted: ["devenv-acme-erp-kong: is odd"] }),
      "what it cannot place",
    ],
  ])("the tear-down of every test sees one that %s", async (_what, spoil, line) => {
    const cloud = await resumeCloud(running);
    expect(imbalancesOf(cloud)).toEqual([]);
    const seen = imbalancesOf(cloud, (...given) => spoil(takeInventory(...given)));
    expect(seen.join("\n")).toContain(line);
  });

  test("an app that bears another manager's mark is not counted as ours", async () => {
    const cloud = await resumeCloud(running);
    await mark(cloud, keys.managerId, "somebody", "devenv-acme-erp-rest");
    expect((await inventoryOf(cloud)).stacks[0]).toMatchObject({ apps: 5 });
  });

  test("a machine that somebody added to one of our apps makes it fail", async () => {
    const cloud = await resumeCloud(running);
    const response = await cloud.fly.fetch(
      "http://fly.local/v1/apps/devenv-acme-erp-rest/machines",
      {
        method: "POST",
        headers: { authorization: "Bearer any" },
        body: JSON.stringify({
          config: {
            image: "postgrest/postgrest:v12.0.1",
            guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
          },
        }),
      },
    );
    expect(response.status).toBe(200);
    await cloud.clock.sleep(60_000);
    const { exitCode, stdout } = await cloud.run("inventory");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /does not add up \(1\):\n {2}devenv-acme-erp-rest: its machine \w+ does/,
    );
  });
});

test("secrets, variables and environments of no silo are named with the way to remove them", async () => {
  const repository = "somtech/silos";
  const cloud = aCloud({
    files: { [file]: specText() },
    github: {
      repositories: [{ name: repository, ...guarded }],
    },
  });
  await cloud.run("apply acme-erp");
  expect((await inventoryOf(cloud)).leftovers).toEqual([]);
  cloud.files.content.delete(file);
  cloud.files.write("silos/acme-crm.yml", specText({ app: "crm" }));
  const { stdout } = await cloud.run("inventory");
  expect(stdout).toContain("gh secret delete SILO_ACME_ERP_SUPABASE_ANON_KEY -R somtech/silos");
  expect(stdout).toContain("environments/silo-acme-erp-devops");
});
