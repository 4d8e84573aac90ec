/**
 * What a refusal means, by status, headers and words. GitHub answers 404 for what a token may not
 * see, 403 for a missing permission as for a rate limit, and 422 for most of the rest.
 */

import type { ApiErrorCategory } from "#silo/errors.ts";
import { object } from "../shape.ts";

export interface Refusal {
  readonly category: ApiErrorCategory;
  /** The API's words, not yet fit to be shown. */
  readonly detail: string;
  readonly retryAfterMs?: number | undefined;
}

export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export function categorise(answer: RefusedAnswer, now: number): Refusal {
  const words = wordsOf(answer.text);
  const detail = words === "" ? `the API answered ${answer.status} without a word` : words;
  const retryAfterMs = rateLimitPause(answer, words, now);
  if (retryAfterMs !== undefined) return { category: "throttled", detail, retryAfterMs };
  const { status } = answer;
  return {
    category: categoryOf(status, words),
    detail: status < 400 ? movedDetail : detail,
    // Of a server in trouble; a proxy may ask for a pause as well.
    retryAfterMs: status >= 500 ? readSeconds(answer.headers.get("retry-after"), now) : undefined,
  };
}

const movedDetail =
  "the answer leads elsewhere: the repository was renamed or moved, give its new name";

function categoryOf(status: number, words: string): ApiErrorCategory {
  if (status < 400) return "invalid";
  if (status === 401) return "unauthorized";
  if (status === 404) return "not_found";
  if (status === 408) return "timeout";
  if (status >= 500) return "transient";
  for (const [category, pattern] of wordCategories) if (pattern.test(words)) return category;
  if (status === 403 || status === 451) return "forbidden";
  return status === 409 ? "conflict" : "invalid";
}

const wordCategories: readonly (readonly [ApiErrorCategory, RegExp])[] = [
  [
    "not_in_plan",
    /upgrade to github|billing plan|(?:current|your) plan|not (?:available|supported) (?:on|for|by) .*plan/i,
  ],
  ["already_exists", /already[_ ]exists/i],
  ["quota", /maximum (?:number|of)|limit (?:of|reached|exceeded)|exceeds? .*\blimit|too many/i],
];

/** GitHub wants at least a minute where it names no time (docs.github.com, rate limits). */
const secondaryPauseMs = 60_000;

/** Undefined for what is no rate limit. */
function rateLimitPause(
  { status, headers }: RefusedAnswer,
  words: string,
  now: number,
): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const asked = readSeconds(headers.get("retry-after"), now);
  if (asked !== undefined) return asked;
  if (headers.get("x-ratelimit-remaining")?.trim() === "0") return untilReset(headers, now);
  const limited = status === 429 || /rate limit|abuse detection/i.test(words);
  return limited ? secondaryPauseMs : undefined;
}

export function untilReset(headers: Headers, now: number): number {
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  // A second more: the time is rounded, and clocks differ.
  return Number.isFinite(reset) && reset > 0
    ? Math.max(1_000, reset * 1_000 - now + 1_000)
    : secondaryPauseMs;
}

/** Seconds or an HTTP date; what is neither is no wish at all. */
function readSeconds(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `{message, errors: [{resource, field, code, message} or text]}`, or the text of a proxy. */
function wordsOf(text: string): string {
  if (/^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text)) {
    return "an HTML page came instead of an answer";
  }
  try {
    const body = object(JSON.parse(text), "error");
    const errors = Array.isArray(body.errors) ? body.errors : [body.errors];
    return [body.message, ...errors.slice(0, 5).map(errorWords)]
      .filter((words) => typeof words === "string" && words !== "")
      .join(": ");
  } catch {
    return text.trim();
  }
}

function errorWords(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null) return "";
  const { message, field, code } = error as Readonly<Record<string, unknown>>;
  if (typeof message === "string") return message;
  return [field, code].filter((word) => typeof word === "string").join(" ");
}
