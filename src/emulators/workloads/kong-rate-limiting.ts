/** rate-limiting with the policy `local`: counters per window in the memory of one Kong. */

import type { Clock } from "#world/effects.ts";

export interface RateLimiter {
  count(
    config: Readonly<Record<string, unknown>>,
    identity: string,
  ): { readonly allowed: boolean; readonly headers: Readonly<Record<string, string>> };
}

const windows = [
  ["second", 1],
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
  ["month", 2_592_000],
  ["year", 31_536_000],
] as const;

export function createRateLimiter(clock: Clock): RateLimiter {
  const counters = new Map<object, Map<string, number>>();
  return {
    count(config, identity) {
      const now = clock.now() / 1000;
      const counts = counters.get(config) ?? new Map<string, number>();
      counters.set(config, counts);
      const limits = windows.flatMap(([name, seconds]) => {
        const limit = Number(config[name]);
        if (!(limit > 0)) return [];
        const key = `${identity} ${name} ${Math.floor(now / seconds)}`;
        const left = limit - (counts.get(key) ?? 0);
        return [{ name, limit, left, key, reset: Math.ceil(seconds - (now % seconds)) }];
      });
      const allowed = limits.every(({ left }) => left > 0);
      const headers: Record<string, string> = {};
      for (const { name, limit, left, key } of limits) {
        if (allowed) counts.set(key, limit - left + 1);
        const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
        headers[`X-RateLimit-Limit-${title}`] = String(limit);
        headers[`X-RateLimit-Remaining-${title}`] = String(Math.max(0, left - 1));
      }
      const tightest = limits.toSorted((a, b) => a.left - b.left)[0];
      if (tightest) {
        headers["RateLimit-Limit"] = String(tightest.limit);
        headers["RateLimit-Remaining"] = String(Math.max(0, tightest.left - 1));
        headers["RateLimit-Reset"] = String(tightest.reset);
        if (!allowed) headers["Retry-After"] = String(tightest.reset);
      }
      return { allowed, headers };
    },
  };
}
