import fc from "fast-check";
import { expect, test } from "vitest";
import { whatMoved } from "#engine/moved.ts";
import type { SiloPlan } from "#engine/plan.ts";
import type { Step, StepEffect } from "#steps/types.ts";

const aStep = (key: string, changes: Partial<Step> = {}): Step => ({
  key,
  kind: "machine-update",
  silo: "acme-erp",
  service: "gotrue",
  after: [],
  afterEnd: [],
  effect: "update",
  text: `Do ${key}`,
  changes: [],
  stage: "main",
  timeoutMs: 1_000,
  run: async () => undefined,
  ...changes,
});

const aPlan = (steps: readonly Step[], afterUsd = 20): SiloPlan => ({
  silo: "acme-erp",
  intent: "apply",
  steps,
  refusals: [],
  cost: { beforeUsd: 10, afterUsd },
  specDigest: "",
  worldDigest: "",
  digest: "",
});

const keysOf = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 8 });
const effects = fc.constantFrom<StepEffect>("create", "update", "destroy", "power", "record");

test("the same plan, or less of it in any order, goes ahead", () => {
  fc.assert(
    fc.property(keysOf, fc.infiniteStream(fc.boolean()), (keys, keeps) => {
      const steps = keys.map((key) => aStep(key));
      const fewer = steps.filter(() => keeps.next().value).reverse();
      expect(whatMoved(aPlan(steps), aPlan(fewer))).toEqual([]);
    }),
  );
});

test("every step that was not there is named", () => {
  fc.assert(
    fc.property(keysOf, keysOf, effects, (approved, now, effect) => {
      const moved = whatMoved(
        aPlan(approved.map((key) => aStep(key, { effect }))),
        aPlan(now.map((key) => aStep(key, { effect }))),
      );
      const fresh = now.filter((key) => !approved.includes(key));
      expect(moved).toEqual(fresh.map((key) => `new step: Do ${key}`));
    }),
  );
});

test.each([
  ["what it does", { effect: "destroy" as const }],
  ["its text", { text: "Do something else" }],
  ["where a field goes", { changes: [{ field: "memory_mb", from: "256", to: "1024" }] }],
])("a step of another kind is named: %s", (_name, change) => {
  const before = aStep("a", { changes: [{ field: "memory_mb", from: "256", to: "512" }] });
  expect(whatMoved(aPlan([before]), aPlan([{ ...before, ...change }]))).toEqual([
    `changed step: Do a → ${"text" in change ? change.text : "Do a"}`,
  ]);
});

test("where a field comes from may have changed meanwhile", () => {
  const from = (value: string) =>
    aPlan([aStep("a", { changes: [{ field: "image", from: value, to: "new" }] })]);
  expect(whatMoved(from("old"), from("older"))).toEqual([]);
});

test("a lower price is welcome, a higher one is named", () => {
  expect(whatMoved(aPlan([], 20), aPlan([], 20.004))).toEqual([]);
  expect(whatMoved(aPlan([], 20), aPlan([], 15))).toEqual([]);
  expect(whatMoved(aPlan([], 20), aPlan([], 20.01))).toEqual([
    "a higher price: $20.00 → $20.01 a month",
  ]);
});
