/** A budget: warned of, starts refused with the smallest edit that fits, never a busy silo stopped. */

import { beforeAll, describe, expect, test } from "vitest";
import { testMasterKey } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { type IdleCloud, idleCloud, type RunningSilo, usableSilo } from "./idle-cloud.ts";
import { expectWhole } from "./stacks.ts";

const file = "silos/acme-erp.yml";
/** Never stopped for idleness, and good for 29 hours a month. */
const tight = "  auto_stop_minutes: 0\n  monthly_budget_usd: 6";
const withKey = { environment: { SILO_MASTER_KEY: testMasterKey } };
let saved: RunningSilo;

beforeAll(async () => {
  saved = await usableSilo();
});

/** That was in use for so many hours, until this moment. */
async function usedFor(hours: number, devenv = tight): Promise<IdleCloud> {
  const cloud = await idleCloud(saved, { files: { [file]: specText({ devenv }) } });
  await cloud.later(hours * 60);
  expect(await cloud.visit()).toBe(200);
  await cloud.later(1);
  return cloud;
}

describe("a budget that is used up", () => {
  test("stops no silo that is busy, and one that is idle at once, whatever auto_stop_minutes says", async () => {
    const cloud = await usedFor(30);
    const busy = await cloud.run("auto-stop");
    expect(busy.stdout).toMatch(/^acme-erp +keep +last request 55 s ago/m);
    await expectWhole(cloud);
    await cloud.later(6);
    const idle = await cloud.run("auto-stop");
    expect(idle, idle.stderr).toMatchObject({ exitCode: 0 });
    await expectWhole(cloud, { state: "stopped" });
    expect((await cloud.run("why acme-erp")).stdout).toMatch(
      /is stopped since .* \(budget: idle for \d min; awake for 30 h this month, and its budget of \$6 is good for 29 h\)/,
    );
    expect(JSON.parse(cloud.files.content.get("silos/status/acme-erp.json") ?? "")).toMatchObject({
      power: { desired: "stopped", by: "budget" },
      cost: { awake_hours_30d: 30.1 },
    });
  });

  test("refuses a start, with the smallest edit that fits; that edit, or a new month, lets it start", async () => {
    const cloud = await usedFor(30);
    await cloud.run("stop acme-erp");
    const refused = await cloud.run("start acme-erp", withKey);
    expect(refused).toMatchObject({ exitCode: 4, writes: [] });
    expect(refused.stdout).toContain(
      "acme-erp was awake for 30 h this month, and its budget of $6 is good for 29 h",
    );
    expect(refused.stdout).toContain(
      `fix: in ${file}: services.studio.enabled: false (good for 50 h)`,
    );
    expect(refused.stdout).toContain(
      "; or monthly_budget_usd: 7; else it starts again on 2026-12-01",
    );
    // No other way round: an apply leaves it asleep.
    expect((await cloud.run("apply", withKey)).exitCode).toBe(0);
    await expectWhole(cloud, { state: "stopped" });

    cloud.files.write(file, specText({ devenv: tight.replace("6", "7") }));
    expect((await cloud.run("start acme-erp", withKey)).exitCode).toBe(0);
    await cloud.run("stop acme-erp");
    cloud.files.write(file, specText({ devenv: tight }));
    expect((await cloud.run("start acme-erp", withKey)).exitCode).toBe(4);
    await cloud.later(7 * 24 * 60);
    const december = await cloud.run("start acme-erp", withKey);
    expect(december.exitCode, december.stdout).toBe(0);
  });
});

test("plan and status say so before it is used up, and what was spent", async () => {
  const cloud = await usedFor(25);
  const said =
    "acme-erp: awake for 25 h this month, and its budget of $6 is good for 29 h; after that";
  expect((await cloud.run("plan acme-erp")).stderr).toContain(said);
  const status = await cloud.run("status acme-erp --format json");
  expect(status.stderr).toContain(said);
  const { cost } = JSON.parse(status.stdout);
  // 25 hours of the 730 that cost $28.42.
  expect(cost).toMatchObject({ awake_hours_30d: 25, month_to_date_usd: 0.97 });
  const text = await cloud.run("cost acme-erp --actual");
  expect(text.stdout).toContain("awake for 25 h in the last 30 days");
  expect(text.stdout).toMatch(/^a month +\$28\.42 +\$12\.84 +\$5\.06 +\$5\.8\d$/m);
});

test("a restart and a rotation of what is awake are no start; hours outlive both", async () => {
  const cloud = await usedFor(10, "  auto_stop_minutes: 0");
  for (const line of ["restart acme-erp", "rotate acme-erp", "stop acme-erp"]) {
    const run = await cloud.run(line, withKey);
    expect(run.exitCode, run.stdout).toBe(0);
  }
  const { cost } = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
  expect(cost.awake_hours_30d).toBeGreaterThanOrEqual(10);
  expect(cost.awake_hours_30d).toBeLessThan(10.5);
});

test("one that not even sleep fits in is an error of the file", async () => {
  const cloud = await idleCloud(saved, {
    files: { [file]: specText({ devenv: "  monthly_budget_usd: 2" }) },
  });
  const run = await cloud.run("validate");
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain("BUDGET_EXCEEDED");
  expect(run.stdout).toContain("Even asleep it costs more: monthly_budget_usd: 8 is good for 88 h");
});
