/** Times as a spec writes them. */

/**
 * Milliseconds since the epoch of `2026-12-31` (the end of that day), `2026-12-31T18:00Z` or
 * `2026-12-31T18:00:00Z`, all UTC; `undefined` when there is no such time.
 */
export function parseInstant(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/.test(text)) return undefined;
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  const midnight = Date.UTC(Number(text.slice(0, 4)), month - 1, day);
  // Date.UTC turns February 30 into March 2.
  const isDay = month >= 1 && month <= 12 && day >= 1 && new Date(midnight).getUTCDate() === day;
  if (!isDay) return undefined;
  return text.length === 10 ? midnight + dayMs : plusTime(midnight, text.slice(11, -1));
}

function plusTime(midnight: number, time: string): number | undefined {
  const [hour = 0, minute = 0, second = 0] = time.split(":").map(Number);
  const isTime = hour < 24 && minute < 60 && second < 60;
  return isTime ? midnight + ((hour * 60 + minute) * 60 + second) * 1000 : undefined;
}

const dayMs = 86_400_000;

/** For people: to the minute. */
export const minuteText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
