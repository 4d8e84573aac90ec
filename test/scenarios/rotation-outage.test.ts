/** What a rotation costs those who use the silo: Kong is closed, no longer than by a restart. */

import { beforeAll, expect, test } from "vitest";
import { otherMasterKey, testMasterKey } from "../support/a-cloud.ts";
import { type Outage, outageOf } from "./outage.ts";
import { runningSilo, type SavedCloud } from "./stacks.ts";

let running: SavedCloud;
beforeAll(async () => {
  running = await runningSilo();
});

const moving = { SILO_MASTER_KEY: otherMasterKey, SILO_MASTER_KEY_PREVIOUS: testMasterKey };

test("kong is closed at most one restart long, and answers 503 and nothing else meanwhile", async () => {
  const lines: readonly (readonly [string, Readonly<Record<string, string>>?])[] = [
    ["restart acme-erp"],
    ["rotate acme-erp"],
    ["rotate acme-erp --reason leaked"],
    ["rotate-master acme-erp", moving],
    ["restart acme-erp --rotate-keys"],
  ];
  const outages = new Map<string, Outage>();
  for (const [line, environment] of lines) {
    const options = { latency: "fly", ...(environment && { environment }) } as const;
    outages.set(line, await outageOf(running, line, options));
  }
  const seconds = (ms: number) => Number((ms / 1_000).toFixed(1));
  console.table(
    [...outages].map(([command, { closedMs, run }]) => ({
      command,
      "kong closed, s": seconds(closedMs),
      "whole command, s": seconds(run.ms),
    })),
  );
  const restart = outages.get("restart acme-erp")?.run.ms ?? 0;
  expect(restart).toBeGreaterThan(0);
  for (const [line, { closedMs, statuses }] of outages) {
    expect(closedMs, line).toBeLessThanOrEqual(restart);
    expect([...statuses], line).toEqual([503]);
  }
});
