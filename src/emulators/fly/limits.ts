/**
 * The documented limits: 1 call a second and action, burst 3, for the machine or app that the
 * call names; 5 and 10 for reading one machine; 100 app deletions a minute.
 */

import { throttled } from "./errors.ts";

interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

const usual: Rate = { perSecond: 1, burst: 3 };
const special: Readonly<Record<string, Rate>> = {
  "machine-get": { perSecond: 5, burst: 10 },
  "app-delete": { perSecond: 100 / 60, burst: 100 },
};

export interface Limits {
  /** Throws a 429. Calls that name neither a machine nor an app have no `subject`. */
  take(action: string, subject: string | undefined): void;
}

export const noLimits: Limits = { take() {} };

export function documentedLimits(now: () => number): Limits {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(action, subject) {
      if (subject === undefined) return;
      const { perSecond, burst } = special[action] ?? usual;
      const key = `${action} ${subject}`;
      const at = now();
      const bucket = buckets.get(key) ?? { tokens: burst, at };
      const refilled = bucket.tokens + ((at - bucket.at) / 1_000) * perSecond;
      // A client that waits exactly long enough must not fail on a rounding error.
      const tokens = Math.min(burst, refilled) + 1e-9;
      buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
      if (tokens < 1) throw throttled();
    },
  };
}
