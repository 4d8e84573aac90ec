/**
 * The last look at a silo before it is stopped, under its lock. Metrics are late: it waits until they
 * reach the look before, and Postgres tells whether its tables were used since.
 */

import { freshMs } from "#state/idle-signals.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { Clock } from "#world/effects.ts";
import { type IdleLook, readIdleness, withSessions } from "./read-idleness.ts";
import type { FlyConnection } from "./types.ts";

const pollMs = 15_000;

export async function lookAgain(
  { silo, overBudget, evidence }: IdleLook,
  observed: ObservedSilo,
  { reads, fly }: FlyConnection,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<IdleLook> {
  const { database, now: at } = evidence;
  if (database.kind !== "seen") throw new Error("A silo is only stopped when Postgres was asked");
  const before = { at, tableUses: database.value.tableUses };
  for (const deadline = clock.now() + freshMs; ; ) {
    const [look] = await readIdleness(
      [{ silo, observed, overBudget }],
      { fly: reads, clock },
      before,
    );
    if (!look) throw new Error("One silo was looked at");
    if (look.idleness.needsSessions) return withSessions(look, fly, clock);
    const { metrics } = look.evidence;
    const seenAt = metrics.kind === "seen" ? metrics.value.kong?.proxySeenAt : undefined;
    const isLate = seenAt !== undefined && seenAt < at && look.idleness.decision === "unknown";
    if (!isLate || clock.now() >= deadline) return look;
    await clock.sleep(pollMs, signal);
  }
}
