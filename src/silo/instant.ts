/** Times as a spec writes them. */

/**
 * Milliseconds since the epoch of `2026-12-31` (the end of that day), `2026-12-31T18:00Z` or
 * `2026-12-31T18:00:00Z`, all UTC; `undefined` when there is no such time.
 */
export function parseInstant(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?Z)?$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0] = match.slice(1, 4).map(Number);
  const midnight = Date.UTC(year, month - 1, day);
  // Date.UTC turns February 30 into March 2.
  const isDay = month >= 1 && day >= 1 && new Date(midnight).getUTCDate() === day && month <= 12;
  if (!isDay) return undefined;
  if (match[4] === undefined) return midnight + dayMs;
  const [hour = 0, minute = 0, second = 0] = match.slice(4).map((part) => Number(part ?? 0));
  const isTime = hour < 24 && minute < 60 && second < 60;
  return isTime ? midnight + ((hour * 60 + minute) * 60 + second) * 1000 : undefined;
}

const dayMs = 86_400_000;
