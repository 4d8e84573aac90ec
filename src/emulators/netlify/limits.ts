/** 500 calls a minute and token, told by headers; builds have a limit of their own that is not. */

import { throttled } from "./errors.ts";

const callsPerMinute = 500;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export interface CallLimit {
  /** Counts a call and says so in headers; `isOver` when it was one too many. */
  take(token: string): { readonly isOver: boolean; readonly headers: Record<string, string> };
}

export function callLimit(now: () => number, isOff: boolean): CallLimit {
  const windows = new Map<string, { count: number; untilMs: number }>();
  return {
    take(token) {
      const at = now();
      const known = windows.get(token);
      const window = known && at < known.untilMs ? known : { count: 0, untilMs: at + minuteMs };
      windows.set(token, window);
      const isOver = !isOff && window.count >= callsPerMinute;
      if (!isOver) window.count++;
      const remaining = isOff ? callsPerMinute : callsPerMinute - window.count;
      return {
        isOver,
        headers: {
          "x-ratelimit-limit": String(callsPerMinute),
          "x-ratelimit-remaining": String(remaining),
          // Whole seconds, so up to one second late.
          "x-ratelimit-reset": String(Math.ceil(window.untilMs / 1_000)),
        },
      };
    },
  };
}

export interface BuildLimits {
  /** Throws a 429. */
  take(siteId: string): void;
}

/** 3 a minute and 100 a day for each site. */
export function buildLimits(now: () => number, isOff: boolean): BuildLimits {
  const started = new Map<string, number[]>();
  return {
    take(siteId) {
      if (isOff) return;
      const at = now();
      const recent = (started.get(siteId) ?? []).filter((startMs) => startMs > at - dayMs);
      started.set(siteId, recent);
      const lastMinute = recent.filter((startMs) => startMs > at - minuteMs).length;
      if (lastMinute >= 3 || recent.length >= 100) throw throttled();
      recent.push(at);
    },
  };
}
