/**
 * Degraded takes two looks, an interval of a check apart. A command waits for the second one; the
 * desk, which looks all the time, remembers the first.
 */

import { timing } from "#services/health-check.ts";
import type { ServiceName } from "#silo/names.ts";
import type { ObservedSilo } from "#state/observed.ts";
import { failingServices } from "#state/phase.ts";
import type { Clock } from "#world/effects.ts";

const intervalMs = Number.parseInt(timing.interval, 10) * 1_000;

/** The look, with those services that failed at one an interval ago and at each since. */
export function rememberFailing(
  clock: Clock,
): (slug: string, observed: ObservedSilo) => ObservedSilo {
  const since = new Map<string, ReadonlyMap<ServiceName, number>>();
  return (slug, observed) => {
    const { record } = observed;
    const isSuspect =
      record && !record.phase && !record.rotation && record.power.desired === "running";
    const now = clock.now();
    const before = since.get(slug);
    const failing = new Map(
      (isSuspect ? failingServices(observed) : []).map((name) => [name, before?.get(name) ?? now]),
    );
    since.set(slug, failing);
    const twice = [...failing].filter(([, first]) => now - first >= intervalMs);
    return twice.length === 0
      ? observed
      : { ...observed, failedTwice: twice.map(([name]) => name) };
  };
}
