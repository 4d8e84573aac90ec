import fc from "fast-check";
import { expect, test } from "vitest";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { execute, type StepEvent } from "#engine/execute.ts";
import { orderSteps } from "#engine/order.ts";
import type { Step } from "#steps/types.ts";

const aStep = (key: string, after: readonly string[] = [], timeoutMs = 60_000): Step => ({
  key,
  after,
  afterEnd: [],
  timeoutMs,
  kind: "test",
  silo: "acme-erp",
  service: undefined,
  effect: "update",
  text: key,
  changes: [],
  stage: "main",
  run: async () => undefined,
});

test("only what waits for each other takes its time one after another", async () => {
  const clock = new VirtualClock();
  const started = clock.now();
  const steps = [aStep("a"), aStep("b"), aStep("c", ["a", "b"]), aStep("d", ["c"])];
  await execute(steps, {
    clock,
    signal: new AbortController().signal,
    run: () => clock.sleep(1_000),
  });
  expect(clock.now() - started).toBe(3_000);
});

test("a failure skips what waits for it and nothing else", async () => {
  const clock = new VirtualClock();
  const outcomes = await execute([aStep("a"), aStep("b", ["a"]), aStep("c"), aStep("d", ["b"])], {
    clock,
    signal: new AbortController().signal,
    run: async ({ key }) => {
      if (key === "a") throw new Error("no");
    },
  });
  expect(outcomes.map(({ step, result }) => [step.key, result])).toEqual([
    ["a", "failed"],
    ["b", "skipped"],
    ["c", "done"],
    ["d", "skipped"],
  ]);
});

test("a step that hangs ends at its own deadline and is told so", async () => {
  const clock = new VirtualClock();
  let wasTold = false;
  const [outcome] = await execute([aStep("a", [], 5_000)], {
    clock,
    signal: new AbortController().signal,
    run: (_step, signal) => {
      signal.addEventListener("abort", () => {
        wasTold = true;
      });
      return new Promise(() => undefined);
    },
  });
  expect(outcome?.result).toBe("failed");
  expect(outcome?.ms).toBe(5_000);
  expect(wasTold).toBe(true);
});

test("after an interrupt nothing is begun", async () => {
  const clock = new VirtualClock();
  const interrupt = new AbortController();
  const events: StepEvent[] = [];
  const outcomes = await execute([aStep("a"), aStep("b", ["a"])], {
    clock,
    signal: interrupt.signal,
    onEvent: (event) => events.push(event),
    run: async () => {
      interrupt.abort(new Error("SIGINT"));
      await clock.sleep(10);
    },
  });
  expect(outcomes.map(({ result }) => result)).toEqual(["cancelled", "cancelled"]);
  expect(events.filter(({ type }) => type === "started")).toHaveLength(1);
});

test("any order of the same steps is put in an order that respects every dependency", () => {
  const graph = fc.array(fc.array(fc.nat(20), { maxLength: 4 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(graph, fc.infiniteStream(fc.nat()), (edges, picks) => {
      const steps = edges.map((after, index) =>
        aStep(
          `s${index}`,
          after.filter((other) => other < index).map((other) => `s${other}`),
        ),
      );
      const shuffled = [...steps].sort(() => ((picks.next().value ?? 0) % 2 === 0 ? 1 : -1));
      const place = new Map(orderSteps(shuffled).map(({ key }, index) => [key, index]));
      for (const { key, after } of steps) {
        for (const other of after) expect(place.get(other)).toBeLessThan(place.get(key) ?? -1);
      }
      expect(place.size).toBe(steps.length);
    }),
  );
});

test("steps that wait for each other are a bug that names them", () => {
  expect(() => orderSteps([aStep("a", ["b"]), aStep("b", ["a"])])).toThrow(/a, b/);
});
