import { expect, test } from "vitest";
import { boundOfOne, boundUnderOrgLimit } from "../../bench/provision/bounds.ts";
import { emptyCloud, measure } from "../../bench/provision/scenario.ts";

const apply = { intent: { kind: "apply" }, isFirstBoot: true } as const;
const restart = {
  intent: { kind: "restart", by: "dispatch", reason: "test" },
  isFirstBoot: false,
} as const;

test("one silo is made and restarted in little more than its longest path takes", async () => {
  const cloud = emptyCloud(1, "app");
  const made = await measure(cloud, "apply", apply);
  expect(made.ms).toBeGreaterThanOrEqual(boundOfOne(made.of).ms);
  expect(made.ms).toBeLessThanOrEqual(1.1 * boundOfOne(made.of).ms);
  const again = await measure(cloud, "restart acme-app0", restart);
  expect(again.ms).toBeGreaterThanOrEqual(boundOfOne(again.of).ms);
  expect(again.ms).toBeLessThanOrEqual(1.1 * boundOfOne(again.of).ms);
});

test("ten silos at once are held up by nothing but the limits", async () => {
  const free = await measure(emptyCloud(10, "app"), "apply", apply);
  expect(free.ms).toBeLessThanOrEqual(1.25 * boundOfOne(free.of).ms);
  const limited = await measure(emptyCloud(10, "org"), "apply", apply);
  const bound = boundUnderOrgLimit(limited.of, 10);
  expect(limited.ms).toBeGreaterThanOrEqual(bound);
  expect(limited.ms).toBeLessThanOrEqual(1.25 * bound);
});
