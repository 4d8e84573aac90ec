/** All that a decision about idleness rests on. */

import type { Hold, LastUse } from "#silo/holds.ts";
import type { ServiceMetrics } from "./metrics.ts";
import type { Phase } from "./phase.ts";
import type { DatabaseUse } from "./sessions.ts";

/** What was asked for: all of it, or why it could not be had. */
export type Asked<T> =
  | { readonly kind: "seen"; readonly value: T }
  | { readonly kind: "unasked" }
  | { readonly kind: "failed"; readonly why: string };

export interface IdleEvidence {
  readonly now: number;
  readonly phase: Phase;
  /** 0: never stopped. */
  readonly autoStopMinutes: number;
  /** Since when all of it has run. */
  readonly upSince: number | undefined;
  readonly holds: readonly Hold[];
  readonly lastUse: LastUse | undefined;
  readonly metrics: Asked<ServiceMetrics>;
  /** How far back the metrics look, in minutes. */
  readonly lookBackMinutes: number;
  readonly database: Asked<DatabaseUse>;
  /** Of the last look: what came after it must be seen, or be proven not to have come. */
  readonly before?: { readonly at: number; readonly tableUses: number };
}

export function lastRequestOf({ metrics }: IdleEvidence): number | undefined {
  if (metrics.kind !== "seen") return undefined;
  const { kong, studio } = metrics.value;
  return latest([kong?.lastRequestAt, studio?.lastRequestAt]);
}

export const windowMs = (minutes: number): number => minutes * 60_000;

export function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
