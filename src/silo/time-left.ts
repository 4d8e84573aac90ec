/** How long something lasts, for people. */

import { parseInstant } from "./instant.ts";

/** `until 2026-12-31T18:00:00Z, in 3 h`. */
export function timeLeft(until: string | undefined, now: number): string {
  if (until === undefined) return "with no end that is known";
  const end = parseInstant(until) ?? 0;
  const minutes = Math.ceil((end - now) / 60_000);
  if (minutes <= 0) return `since before ${until}, when it was to end: the next apply ends it`;
  if (minutes < 120) return `until ${until}, in ${minutes} min`;
  const hours = Math.ceil(minutes / 60);
  return `until ${until}, in ${hours < 48 ? `${hours} h` : `${Math.ceil(hours / 24)} days`}`;
}
