/** Times as a spec writes them. */

/**
 * Milliseconds since the epoch of `2026-12-31` (the end of that day), `2026-12-31T18:00Z` or
 * `2026-12-31T18:00:00Z`, all UTC; `undefined` when there is no such time.
 */
export function parseInstant(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2})?Z)?$/.exec(text);
  if (match === null) return undefined;
  const [, day = "", minute, second = ":00"] = match;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // Date.parse turns February 30 into March 2.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) {
    return undefined;
  }
  if (minute === undefined) return midnight + dayMs;
  const instant = Date.parse(`${day}T${minute}${second}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

const dayMs = 86_400_000;
