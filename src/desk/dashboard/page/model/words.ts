/** Times, spans and money in words. Always UTC: the people who read it are in several places. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `40 s`, `24 min`, `3 h 10 min`, `2 days`. */
export function spanText(ms: number): string {
  const span = Math.max(0, ms);
  if (span < minuteMs) return `${Math.floor(span / 1_000)} s`;
  if (span < hourMs) return `${Math.floor(span / minuteMs)} min`;
  if (span >= 2 * dayMs) return `${Math.floor(span / dayMs)} days`;
  const minutes = Math.floor((span % hourMs) / minuteMs);
  const hours = `${Math.floor(span / hourMs)} h`;
  return minutes === 0 || span >= 10 * hourMs ? hours : `${hours} ${minutes} min`;
}

/** `5 min ago`, `in 2 h`; without seconds, so that a page at rest does not flicker. */
export function distanceText(at: number, now: number): string {
  const ms = at - now;
  if (Math.abs(ms) < minuteMs) return ms > 0 ? "in under a minute" : "just now";
  return ms > 0 ? `in ${spanText(ms)}` : `${spanText(-ms)} ago`;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (value: number) => String(value).padStart(2, "0");

/** `25 Nov 2026, 12:04 UTC`, without the year when it is the present one. */
export function timeText(at: number, now: number): string {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  const own = new Date(now).getUTCFullYear() === year ? "" : ` ${year}`;
  const day = `${date.getUTCDate()} ${months[date.getUTCMonth()]}${own}`;
  return `${day}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`;
}

/** `$12.40`; `$0.0663` where cents would say nothing. */
export function usdText(amount: number): string {
  return amount > 0 && amount < 0.995 ? `$${amount.toFixed(4)}` : `$${amount.toFixed(2)}`;
}

export const wholeUsdText = (amount: number): string => `$${amount.toFixed(2)}`;

export const countText = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** Milliseconds of a time in a document; `undefined` for none. */
export function instant(time: string | null | undefined): number | undefined {
  if (time === null || time === undefined) return undefined;
  const at = Date.parse(time);
  return Number.isNaN(at) ? undefined : at;
}
