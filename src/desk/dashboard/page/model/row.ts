/** A line of the list of silos. */

import { type Condition, conditionOf } from "./condition.ts";
import type { Entry } from "./fleet.ts";
import { lastEventOf } from "./timeline.ts";
import { type Timer, timerOf } from "./timer.ts";
import { distanceText, usdText, wholeUsdText } from "./words.ts";

export interface Row {
  readonly silo: string;
  readonly owner: string;
  readonly condition: Condition;
  readonly region: string;
  readonly timer: Timer;
  readonly cost: { readonly month: string; readonly hour: string; readonly usd: number };
  readonly event: { readonly text: string; readonly when: string; readonly at: number };
}

export function rowOf(entry: Entry, at: number, now: number): Row {
  const { status, spec } = entry;
  const event = status ? lastEventOf(status, now) : undefined;
  const { month_to_date_usd: month = null, hourly_usd: hour = null } = status?.cost ?? {};
  return {
    silo: entry.silo,
    owner: entry.owner ?? entry.client,
    condition: conditionOf(entry),
    region: status?.devenv.fly_region ?? spec?.region ?? "–",
    timer: timerOf(entry, at, now),
    cost: {
      month: month === null ? "–" : wholeUsdText(month),
      hour: hour === null ? "" : `${usdText(hour)} an hour`,
      // Without what the month has cost so far, what it costs now is the next best order.
      usd: month ?? hour ?? 0,
    },
    event: {
      text: event?.text ?? "–",
      when: event ? distanceText(event.at, now) : "",
      at: event?.at ?? 0,
    },
  };
}
