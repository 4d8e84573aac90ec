/** The idle timer: when nobody's use would stop the silo. */

import { isUp } from "./condition.ts";
import type { Entry } from "./fleet.ts";
import { instant, spanText } from "./words.ts";

export interface Timer {
  readonly text: string;
  /** Share of the time that is left, 0 to 1; absent where nothing runs down. */
  readonly left?: number;
  /** Milliseconds until the stop, for sorting; `Infinity` where there is none. */
  readonly ms: number;
}

const none = (text: string): Timer => ({ text, ms: Number.POSITIVE_INFINITY });

export function timerOf(entry: Entry, at: number, now: number): Timer {
  const { status, spec } = entry;
  if (!status || !isUp(entry)) return none("–");
  const until = heldUntil(entry, now);
  if (until !== undefined) return none(`held for ${spanText(until - now)}`);
  if (spec?.autoStopMinutes === 0) return none("never stops");
  const deadline = deadlineOf(entry, at);
  if (deadline === undefined) return none("not known");
  const ms = Math.max(0, deadline - now);
  const window = (spec?.autoStopMinutes ?? 30) * 60_000;
  const left = Math.min(1, ms / window);
  return { text: ms === 0 ? "stop is due" : `stops in ${roundedSpan(ms)}`, left, ms };
}

/** Minutes are enough: whoever needs to know more looks at the silo. */
const roundedSpan = (ms: number) => (ms < 60_000 ? "under 1 min" : spanText(ms));

export function heldUntil({ status }: Entry, now: number): number | undefined {
  const ends = (status?.holds ?? []).flatMap(({ until }) => instant(until) ?? []);
  const last = Math.max(...ends);
  return last > now ? last : undefined;
}

/** From the last use where that is known: the document may be older than `at`. */
function deadlineOf({ status, spec }: Entry, at: number): number | undefined {
  const seconds = status?.idle.auto_stop_trigger_in_seconds;
  if (seconds === null || seconds === undefined) return undefined;
  const used = instant(status?.idle.last_request_at);
  return used !== undefined && spec ? used + spec.autoStopMinutes * 60_000 : at + seconds * 1_000;
}
