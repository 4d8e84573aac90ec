/** How long a start will take, from how long the last one took. */

import type { ObservedSilo } from "#state/observed.ts";
import type { SiloPlan } from "./plan.ts";

/** Seconds; `undefined` when nothing is started, or it was never started before. */
export function estimateSeconds({ record }: ObservedSilo, { steps }: SiloPlan): number | undefined {
  return steps.some(({ kind }) => kind === "machine-start") ? record?.startSeconds : undefined;
}
