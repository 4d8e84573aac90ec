/** Silos over jobs: GitHub's runners are what scales. */

import { shardOf } from "#commands/shard.ts";
import { joinPlans, type SiloPlan } from "#engine/plan.ts";
import { handedPlan } from "./sealed-plan.ts";

/** More than one job where that is worth a runner; no more than run at once on a small account. */
const silosPerShard = 25;
const mostShards = 20;
/** A variable of a process holds 128 KiB, and an input is one. */
const mostPlanBytes = 100_000;
/** All outputs of a job together stay below 1 MB, in UTF-16. */
const mostMatrixBytes = 400_000;

export interface MatrixEntry {
  readonly shard: string;
  /** Names, separated by spaces. */
  readonly silos: string;
  /** The plan of these silos, or its digest where that is too long: what `apply` runs, and nothing else. */
  readonly plan: string;
}

export async function matrixOf(
  plans: readonly SiloPlan[],
): Promise<{ readonly include: readonly MatrixEntry[] }> {
  const count = Math.min(mostShards, Math.max(1, Math.ceil(plans.length / silosPerShard)));
  const shards = Map.groupBy(plans, ({ silo }) => shardOf(silo, count));
  const include: MatrixEntry[] = [];
  let left = mostMatrixBytes;
  for (const [index, of] of [...shards].sort(([a], [b]) => a - b)) {
    const plan = joinPlans(of);
    const handed = await handedPlan(plan);
    const isHanded = handed.length <= Math.min(mostPlanBytes, left);
    if (isHanded) left -= handed.length;
    include.push({
      shard: `${index}/${count}`,
      silos: of.map(({ silo }) => silo).join(" "),
      plan: isHanded ? handed : plan.digest,
    });
  }
  return { include };
}
