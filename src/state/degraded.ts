/**
 * Degraded: a service without which the silo is not usable failed two checks in a row. One look that
 * fails is a suspicion; a second one, an interval of a check later, confirms it. What the record says
 * already needs no second look.
 */

import { timing } from "#services/health-check.ts";
import type { ServiceName } from "#silo/names.ts";
import type { Clock } from "#world/effects.ts";
import type { FlyReads } from "#world/fly.ts";
import { observeAgain } from "./observe.ts";
import type { ObservedSilo } from "./observed.ts";
import type { Owner } from "./ownership.ts";
import { failingServices } from "./phase.ts";

const intervalMs = Number.parseInt(timing.interval, 10) * 1_000;

export interface SecondLook {
  readonly fly: FlyReads;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Why it takes longer than usual. */
  readonly tell?: ((text: string) => void) | undefined;
}

/** The silo as it is, or as it is after the second look. */
export async function confirmFailing(
  owner: Owner,
  observed: ObservedSilo,
  { fly, clock, signal, tell }: SecondLook,
): Promise<ObservedSilo> {
  const suspects = suspectsOf(observed);
  if (suspects.length === 0) return observed;
  tell?.(
    `${owner.silo.slug}: ${suspects.join(", ")} fail${suspects.length === 1 ? "s" : ""}; looking again in ${intervalMs / 1_000} s`,
  );
  await clock.sleep(intervalMs, signal);
  const need = observed.depth === "deep" ? "everything" : "machines";
  const again = await observeAgain(owner, observed, fly, need);
  const still = failingServices(again);
  return { ...again, failedTwice: suspects.filter((name) => still.includes(name)) };
}

/** Only a silo that is to run, and in which nothing is under way, can be degraded. */
function suspectsOf(observed: ObservedSilo): readonly ServiceName[] {
  const { record } = observed;
  if (!record || record.phase || record.rotation || record.power.desired !== "running") return [];
  const known = record.degraded?.services ?? [];
  return failingServices(observed).filter((name) => !known.includes(name));
}

/** Services that failed twice and still do. */
export function confirmedFailing(observed: ObservedSilo): readonly ServiceName[] {
  const known = [...(observed.record?.degraded?.services ?? []), ...(observed.failedTwice ?? [])];
  return failingServices(observed).filter((name) => known.includes(name));
}
