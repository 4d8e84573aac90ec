/**
 * Keeps to 500 calls a minute (docs.netlify.com/api/get-started, 2026-11): a bucket of our own, and
 * what the headers say, because others may call with the same token.
 */

import type { Clock } from "#world/effects.ts";
import { createLimiter, type Limit } from "../limiter.ts";

/** Never more than 500 in any minute: 100 at once and 400 over its course. */
const limit: Limit = { perKey: { everyMs: 150, burst: 100 } };
/** The window is a minute; a reset that is further off is not believed. */
const longestPauseMs = 90_000;
/** When a refusal does not say when to come back. */
const unknownPauseMs = 15_000;

export interface Pace {
  turn(): Promise<void>;
  /** Takes note of an answer; gives how long to wait when it refused for being too many. */
  noted(status: number, headers: Headers): number | undefined;
}

export function createPace(clock: Clock): Pace {
  const limiter = createLimiter({ clock, limitOf: () => limit });
  let closedUntilMs = 0;
  return {
    async turn() {
      await limiter.turn({ action: "call", key: "", priority: 0 });
      for (;;) {
        const pauseMs = closedUntilMs - clock.now();
        if (pauseMs <= 0) return;
        await clock.sleep(pauseMs);
      }
    },
    noted(status, headers) {
      const untilResetMs = resetIn(headers, clock.now());
      const isUsedUp = headers.get("x-ratelimit-remaining")?.trim() === "0";
      if (isUsedUp && untilResetMs !== undefined) {
        closedUntilMs = Math.max(closedUntilMs, clock.now() + untilResetMs);
      }
      if (status !== 429) return undefined;
      return retryAfter(headers) ?? untilResetMs ?? unknownPauseMs;
    },
  };
}

/** By the server's clock, where it tells its time. */
function resetIn(headers: Headers, nowMs: number): number | undefined {
  const reset = headers.get("x-ratelimit-reset");
  if (reset === null || !/^\s*\d+(\.\d+)?\s*$/.test(reset)) return undefined;
  const servedMs = Date.parse(headers.get("date") ?? "");
  const pauseMs = Number(reset) * 1_000 - (Number.isNaN(servedMs) ? nowMs : servedMs);
  return pauseMs > longestPauseMs ? undefined : Math.max(0, pauseMs);
}

/** Not documented; obeyed if it comes, in its form of seconds. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after") ?? "";
  return /^\s*\d+\s*$/.test(value) ? Number(value) * 1_000 : undefined;
}
