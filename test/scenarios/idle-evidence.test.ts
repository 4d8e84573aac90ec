/** Without proof nothing is stopped; what is known is shown. */

import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { type IdleCloud, idleCloud, minute, type RunningSilo, usableSilo } from "./idle-cloud.ts";
import { expectWhole } from "./stacks.ts";

let saved: RunningSilo;
let cloud: IdleCloud;

beforeAll(async () => {
  saved = await usableSilo();
});
beforeEach(async () => {
  cloud = await idleCloud(saved);
});

describe("without proof nothing is stopped", () => {
  const tick = async (org: string) => {
    const broken = aCloud({ files: { "silos/acme-erp.yml": specText({ org }) } });
    expect((await broken.run("apply acme-erp")).exitCode).toBe(0);
    await broken.clock.sleep(45 * minute);
    return { broken, run: await broken.run("auto-stop") };
  };

  test.each([
    ["fault-metrics-down", /metrics cannot be read: .*metrics are unavailable/],
    ["fault-metrics-empty", /metrics show nothing/],
    ["fault-metrics-late", /metrics are 20 min old/],
    ["fault-metrics-partial", /metrics cannot be read: .*partial/],
  ])("%s", async (org, warning) => {
    const { broken, run } = await tick(org);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(warning);
    expect(run.stderr).toContain("warning: not stopped: acme-erp");
    await expectWhole(broken);
    const status = await broken.run("status acme-erp --format json");
    expect(JSON.parse(status.stdout).idle).toMatchObject({ decision: "unknown" });
  });

  test("a gap in the metrics hides no use", async () => {
    await cloud.later(10);
    const gap = { fromMs: cloud.clock.now(), toMs: cloud.clock.now() + 20 * minute };
    cloud.fly.control.metrics.gaps.push(gap);
    await cloud.later(10);
    await cloud.visit();
    await cloud.later(34);
    expect((await cloud.decided()).decision).toBe("keep");
    await cloud.later(10);
    expect((await cloud.decided()).decision).toBe("stop");
  });

  test("Postgres that cannot be asked", async () => {
    const match = { path: "/v1/apps/*/machines/*/exec" };
    cloud = await idleCloud(saved, { faults: [{ match, answer: { status: 412 } }] });
    await cloud.later(40);
    const run = await cloud.run("auto-stop");
    expect(run.stderr).toContain("Postgres cannot be asked");
    await expectWhole(cloud);
  });
});

test("status counts down, and shows what machines use", async () => {
  await cloud.later(40);
  await cloud.visit();
  await cloud.later(10);
  const { idle, services } = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
  expect(idle.inactivity_seconds).toBeGreaterThanOrEqual(590);
  expect(idle.inactivity_seconds + idle.auto_stop_trigger_in_seconds).toBe(30 * 60);
  expect(Date.parse(idle.last_request_at)).toBeLessThanOrEqual(cloud.clock.now() - 9 * minute);
  expect(services.postgres.memory_mb).toBeGreaterThan(100);
  expect(services.postgres.cpu_percent).toBeLessThan(5);
});

test("a watch asks for metrics once a minute", async () => {
  const end = new AbortController();
  const watching = cloud.run("status --watch", { signal: end.signal });
  await cloud.clock.sleep(118_000);
  end.abort(new Error("enough"));
  const { calls } = await watching;
  expect(calls.filter(({ action }) => action === "metrics.query")).toHaveLength(16);
});

describe("words that make no sense", () => {
  test.each(["hold acme-erp", "hold acme-erp 8d", "hold acme-erp soon", "hold 2h", "release"])(
    "silo %s",
    async (line) => {
      expect(await cloud.run(line)).toMatchObject({ exitCode: 2, writes: [] });
    },
  );

  test("a hold of a stopped silo", async () => {
    await cloud.run("stop acme-erp");
    const run = await cloud.run("hold acme-erp 2h");
    expect(run.exitCode).toBe(4);
    expect(run.stdout).toContain("only a running silo can be held awake");
  });

  test("a release by somebody else", async () => {
    await cloud.run("hold acme-erp 2h");
    const state = cloud.fly.save();
    const other = await idleCloud({ ...saved, state }, { environment: { GITHUB_ACTOR: "jane" } });
    const run = await other.run("release acme-erp");
    expect(run.stdout).toContain("nothing to do");
    expect(run.stderr).toContain("still held by somebody; `--all` releases that too");
    expect((await other.run("release acme-erp --all")).exitCode).toBe(0);
  });
});
