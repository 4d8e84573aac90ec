/** What is in use is never stopped, whichever way it is used. */

import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fetch } from "#world/effects.ts";
import { testMasterKey } from "../support/a-cloud.ts";
import { type IdleCloud, idleCloud, minute, type RunningSilo, usableSilo } from "./idle-cloud.ts";
import { expectWhole, stackOf } from "./stacks.ts";

let saved: RunningSilo;
let cloud: IdleCloud;

beforeAll(async () => {
  saved = await usableSilo();
});
beforeEach(async () => {
  cloud = await idleCloud(saved);
});

describe("a silo in use is kept", () => {
  test("by requests through Kong, until the last one is long enough ago", async () => {
    for (let half = 0; half < 4; half++) {
      await cloud.later(15);
      expect(await cloud.visit()).toBe(200);
    }
    await cloud.later(20);
    expect(await cloud.decided()).toMatchObject({ decision: "keep" });
    await cloud.later(11);
    expect(await cloud.decided()).toMatchObject({ decision: "stop" });
  });

  test("by psql alone, also when it was closed a moment ago", async () => {
    await cloud.later(40);
    const session = await cloud.connect("psql");
    await session.query("select 1");
    await cloud.later(5);
    const seen = await cloud.decided();
    expect(seen).toMatchObject({ decision: "keep" });
    expect(seen.evidence).toContain("Postgres session of postgres (psql), idle for 5 min");
    await session.end();
    await cloud.later(40);
    // When it was closed is not known: it may have been a moment ago.
    expect((await cloud.decided()).decision).toBe("keep");
    await cloud.later(20);
    expect((await cloud.decided()).decision).toBe("keep");
    await cloud.later(11);
    expect((await cloud.decided()).decision).toBe("stop");
  });

  test("but not by a client that was left open and does nothing", async () => {
    await cloud.connect("DBeaver 24.1");
    await cloud.later(40);
    expect((await cloud.decided()).decision).toBe("stop");
  });

  test("by a hold, which is seen in status and why, and released again", async () => {
    const held = await cloud.run('hold acme-erp 2h --reason "nightly import"');
    expect(held, held.stdout).toMatchObject({ exitCode: 0 });
    await cloud.later(60);
    expect(await cloud.decided()).toMatchObject({ decision: "keep" });
    const status = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
    expect(status.holds).toMatchObject([{ by: "somebody", reason: "nightly import" }]);
    expect(status.idle.auto_stop_trigger_in_seconds).toBeNull();
    const why = await cloud.run("why acme-erp");
    expect(why.stdout).toMatch(/held by somebody until .* UTC \(nightly import\)/);
    expect((await cloud.run("release acme-erp")).exitCode).toBe(0);
    expect(await cloud.decided()).toMatchObject({ decision: "stop" });
  });

  test("by a hold no longer than it was asked for", async () => {
    await cloud.run("hold acme-erp 90m");
    await cloud.later(89);
    expect((await cloud.decided()).decision).toBe("keep");
    await cloud.later(2);
    expect((await cloud.decided()).decision).toBe("stop");
  });

  test("by a machine that computes", async () => {
    await cloud.later(40);
    const { machines } = await stackOf(cloud);
    const pg = machines.find(({ app }) => app.endsWith("-pg"));
    cloud.fly.control.compute(pg?.id ?? "", 0.8, 10 * minute);
    await cloud.later(8);
    const seen = await cloud.decided();
    expect(seen.decision).toBe("keep");
    expect(seen.evidence.join("\n")).toMatch(/CPU 8\d % at most \(postgres\)/);
    await cloud.later(8);
    expect((await cloud.decided()).decision).toBe("stop");
  });

  test("by a request that takes longer than all that", async () => {
    const { machines } = await stackOf(cloud);
    const kong = machines.find(({ app }) => app.endsWith("-kong"));
    cloud.fly.control.keepOpen(kong?.id ?? "", 60 * minute);
    await cloud.later(50);
    const seen = await cloud.decided();
    expect(seen).toMatchObject({ decision: "keep", reason: "1 request open for minutes" });
    await cloud.later(15);
    expect((await cloud.decided()).decision).toBe("stop");
  });

  test("by an agent that read its connection info", async () => {
    cloud = await idleCloud(saved, { environment: { SILO_MASTER_KEY: testMasterKey } });
    await cloud.later(40);
    expect((await cloud.run("context acme-erp --role dev-worker")).exitCode).toBe(0);
    await cloud.later(20);
    expect(await cloud.decided()).toMatchObject({ decision: "keep" });
    expect((await cloud.run("why acme-erp --verbose")).stdout).toContain(
      "connection info read as dev-worker 20 min ago",
    );
  });

  test("while it is young", async () => {
    await cloud.later(10);
    const seen = await cloud.decided();
    expect(seen.decision).toBe("keep");
    expect(seen.reason).toMatch(/up for \d+ min only/);
  });
});

test("a request that comes between the decision and the lock is found by the last look", async () => {
  let hasBurst = false;
  /** When the lease is asked for, somebody is at work, for long enough to be measured. */
  const wrap =
    (fetch: Fetch): Fetch =>
    async (input, init) => {
      if (init?.method === "POST" && String(input).endsWith("/lease") && !hasBurst) {
        hasBurst = true;
        for (let count = 0; count < 5; count++) expect(await cloud.visit()).toBe(200);
        await cloud.clock.sleep(25_000);
      }
      return fetch(input, init);
    };
  cloud = await idleCloud(saved, { metricsLagMs: 10_000, wrap });
  await cloud.later(40);
  const tick = await cloud.run("auto-stop");
  expect(tick.stdout).toMatch(/acme-erp {2}kept: last request \d+ s ago/);
  expect(tick.exitCode).toBe(0);
  expect(hasBurst).toBe(true);
  await expectWhole(cloud);
});
