/**
 * How long creating and restarting silos takes, in virtual time under the latency model `fly` and
 * the documented limits, beside the bound that the same model gives (provision/bounds.ts says how).
 * `--trace` shows where the time goes, step by step.
 */

import { type Bound, boundOfOne, boundUnderOrgLimit, serialMs } from "./provision/bounds.ts";
import { emptyCloud, type Measured, measure } from "./provision/scenario.ts";
import { traceText } from "./provision/trace.ts";

const withTrace = process.argv.includes("--trace");
const apply = { intent: { kind: "apply" }, isFirstBoot: true } as const;
const restart = {
  intent: { kind: "restart", by: "dispatch", reason: "bench" },
  isFirstBoot: false,
} as const;

const cloud = emptyCloud(1, "app");
const created = await measure(cloud, "apply", apply);
const restarted = await measure(cloud, "restart acme-app0", restart);
const ten = await measure(emptyCloud(10, "app"), "apply", apply);
const tenInOrg = await measure(emptyCloud(10, "org"), "apply", apply);

console.log("  virtual seconds                           ours    bound   ratio  at most  serial");
const results = [
  report("one silo", created, boundOfOne(created.of), 1.1, 1),
  report("ten silos, limits per app", ten, boundOfOne(ten.of), 1.25, 10),
  report("ten silos, app creation per org", tenInOrg, underOrgLimit(tenInOrg), 1.25, 10),
  report("restart", restarted, boundOfOne(restarted.of), 1.1, 1),
];
console.log("\n  serial: the same steps one after the other, silo by silo");
process.exitCode = results.every(Boolean) ? 0 : 1;

function underOrgLimit({ of }: Measured): Bound {
  return { ...boundOfOne(of), ms: boundUnderOrgLimit(of, 10) };
}

function report(name: string, run: Measured, bound: Bound, target: number, silos: number): boolean {
  const ratio = run.ms / bound.ms;
  const cells = [run.ms / 1_000, bound.ms / 1_000].map((value) => value.toFixed(1).padStart(8));
  const serial = ((serialMs(run.of) * silos) / 1_000).toFixed(0).padStart(8);
  const isGood = ratio <= target;
  console.log(
    `  ${name.padEnd(36)}${cells.join(" ")}${ratio.toFixed(3).padStart(8)}${target
      .toFixed(2)
      .padStart(
        9,
      )}${serial}   ${run.calls} calls, ${run.throttled} refused${isGood ? "" : "  MISSED"}`,
  );
  if (withTrace) console.log(traceText(run, bound.spans));
  return isGood;
}
