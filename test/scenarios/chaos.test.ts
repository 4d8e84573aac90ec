import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { FaultRule } from "#emulators/faults.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import {
  expectGone,
  expectSettled,
  expectWhole,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  saveCloud,
  stackOf,
} from "./stacks.ts";

const file = "silos/acme-erp.yml";
const edited = specText({
  devenv: "  prevent_destroy: false",
  services: "    gotrue: { memory_mb: 512 }\n    storage: { volume_gb: 9 }",
});
let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo(specText({ devenv: "  prevent_destroy: false" }));
});

const probability = fc.constantFrom(0.01, 0.03, 0.06);
const rule: fc.Arbitrary<FaultRule> = fc.oneof(
  fc.record({
    match: fc.record({ probability }),
    effect: fc.constantFrom("before", "after"),
    answer: fc.oneof(
      fc.constantFrom(408, 500, 502, 503, 504).map((status) => ({ status })),
      fc.constantFrom("reset" as const, "timeout" as const),
    ),
  }),
  // A call that is refused so was not looked at.
  probability.map((one) => ({ match: { probability: one }, answer: { status: 429 } })),
);
const faults = fc.array(rule, { minLength: 1, maxLength: 4 });
const seeds = fc.nat(1_000_000);

/** Runs it until it ends well; a failure must say so plainly. */
async function persist(cloud: Cloud, line: string): Promise<void> {
  for (let runs = 1; ; runs++) {
    const run = await cloud.run(line);
    expect(run.stdout + run.stderr).not.toContain("bug in silo-manager");
    if (run.exitCode === 0) return;
    expect(runs, `${line} ended with ${run.exitCode}: ${run.stdout}${run.stderr}`).toBeLessThan(6);
    // A lease may be left that nobody knows the nonce of.
    await cloud.clock.sleep(31_000);
  }
}

test("a silo is made in spite of faults of every kind, and nothing of it twice", async () => {
  await fc.assert(
    fc.asyncProperty(faults, seeds, async (plan, seed) => {
      const cloud = aCloud({ files: { [file]: specText() }, faults: plan, seed, latency: "fly" });
      await persist(cloud, "apply acme-erp");
      const calm = await resumeCloud(saveCloud(cloud));
      await expectWhole(calm);
      await expectSettled(calm);
      expect(cloud.violations()).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

test("and so it is changed, stopped, started and destroyed", async () => {
  await fc.assert(
    fc.asyncProperty(faults, seeds, async (plan, seed) => {
      const cloud = await resumeCloud(running, { faults: plan, seed });
      cloud.files.write(file, edited);
      await persist(cloud, "apply acme-erp");
      await persist(cloud, "stop acme-erp");
      await expectWhole(cloud, { state: "stopped" });
      await persist(cloud, "start acme-erp");
      await expectWhole(cloud);
      await persist(cloud, "restart acme-erp");
      const calm = await resumeCloud(saveCloud(cloud));
      await expectWhole(calm);
      await expectSettled(calm);
      await persist(cloud, "destroy acme-erp --now --allow-destroy");
      await expectGone(cloud);
    }),
    { numRuns: 20 },
  );
});

const commands = fc.constantFrom(
  "apply acme-erp",
  "stop acme-erp",
  "start acme-erp",
  "restart acme-erp",
);

test("commands that overlap end well or say who was first, and leave a whole silo", async () => {
  const starts = fc.array(fc.record({ line: commands, afterMs: fc.nat(30_000) }), {
    minLength: 2,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(starts, fc.boolean(), async (list, isEdited) => {
      const cloud = await resumeCloud(running, {
        latency: "fly",
        ...(isEdited && { files: { [file]: edited } }),
      });
      const runs = await Promise.all(
        list.map(async ({ line, afterMs }) => {
          await cloud.clock.sleep(afterMs);
          return cloud.run(line);
        }),
      );
      for (const { exitCode, stdout, stderr } of runs) {
        if (exitCode === 0) continue;
        expect([exitCode, stdout + stderr]).toEqual([
          4,
          expect.stringContaining("acme-erp was changed by somebody else meanwhile"),
        ]);
      }
      await cloud.clock.sleep(60_000);
      await persist(cloud, "apply acme-erp");
      const { machines } = await stackOf(cloud);
      const state = machines[0]?.state === "started" ? "started" : "stopped";
      await expectWhole(cloud, { state });
      await expectSettled(cloud);
      expect(cloud.violations()).toEqual([]);
    }),
    { numRuns: 20 },
  );
});
