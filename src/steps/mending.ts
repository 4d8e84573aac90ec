/** What a run makes of a degraded silo: which services it mends, and whether others are left. */

import type { Degraded } from "#silo/degraded.ts";
import type { ServiceName } from "#silo/names.ts";
import { confirmedFailing } from "#state/degraded.ts";
import type { Situation } from "#state/situation.ts";
import { servicesWith } from "./build-step.ts";
import type { Step } from "./types.ts";

export const degradedOpenKind = "degraded-open";

/** What everything waits for that withdraws or mends. */
export const degradedKey = (slug: string): string => `${slug}/${degradedOpenKind}`;

/** What the record is to say; `undefined` for a silo that is not degraded, or is being moved. */
export function degradedNow({ record, observed, power, now }: Situation): Degraded | undefined {
  if (!record || record.phase || record.rotation || power.state !== "running") return undefined;
  const services = confirmedFailing(observed);
  if (services.length === 0) return undefined;
  return { since: record.degraded?.since ?? new Date(now).toISOString(), services };
}

/** Degraded before or now: starting what is down is then mending it, and no start of the silo. */
export const isMending = (situation: Situation): boolean =>
  situation.intent.kind !== "restart" &&
  situation.record?.phase === undefined &&
  situation.power.state === "running" &&
  (situation.record?.degraded !== undefined || degradedNow(situation) !== undefined);

/** Services that the steps so far do nothing about: the silo stays degraded by them. */
export function unmended(situation: Situation, soFar: readonly Step[]): readonly ServiceName[] {
  const mended = servicesWith(soFar, "machine-start", "machine-update");
  const failing = degradedNow(situation)?.services ?? [];
  return failing.filter((name) => !mended.includes(name));
}
