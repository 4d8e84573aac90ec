import { expect, test } from "vitest";
import { appliedFleet, copiedFleet } from "../../bench/fleet/a-fleet.ts";

test("a plan of 100 unchanged silos asks Fly at most five times", async () => {
  const fleet = await appliedFleet(100);
  const { exitCode, calls, requests } = await fleet.plan();
  expect(exitCode).toBe(0);
  expect(requests).toBe(calls);
  expect(requests).toBeLessThanOrEqual(5);
});

test("a plan of 1,000 unchanged silos asks Fly at most twenty times", async () => {
  const fleet = await copiedFleet(1_000);
  const { exitCode, calls, requests } = await fleet.plan();
  expect(exitCode).toBe(0);
  expect(requests).toBe(calls);
  expect(requests).toBeLessThanOrEqual(20);
});
