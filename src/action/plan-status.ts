/** The commit status that carries the digest of a plan. */

import type { Plan } from "#engine/plan.ts";
import { planSummary } from "#render/plan-words.ts";

export const planContext = "silo/plan";

export function planStatus(plan: Plan): { state: "success" | "failure"; description: string } {
  const isRefused = plan.silos.some(({ refusals }) => refusals.length > 0);
  return {
    state: isRefused ? "failure" : "success",
    description: `${plan.digest} ${planSummary(plan.silos)}`,
  };
}

export const digestIn = (description: string): string | undefined =>
  /^([0-9a-f]{32})(?: |$)/.exec(description)?.[1];
