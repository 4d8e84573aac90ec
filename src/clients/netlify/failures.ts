/** From whatever went wrong to an `ApiError`, and whether the call may be tried again. */

import { ApiError, type ApiErrorCategory, type ApiErrorFacts } from "#silo/errors.ts";
import type { HttpAnswer, HttpFailure } from "../http.ts";
import { cleanText, type Redact } from "../redact.ts";
import type { RetryClass } from "../retry.ts";
import { object } from "../shape.ts";
import type { NetlifyRequestFacts } from "./request.ts";

export interface Failed {
  readonly ok: false;
  readonly error: ApiError;
  readonly retry: RetryClass;
}

export interface Failures {
  /** No answer came. */
  ofFailure(request: NetlifyRequestFacts, failure: HttpFailure): Failed;
  /** An answer that is not a 2xx; `pauseMs` is how long a refusal for being too many asks to wait. */
  ofRefusal(request: NetlifyRequestFacts, answer: HttpAnswer, pauseMs?: number): Failed;
  /** A 2xx that cannot be used; a garbled one may only have been damaged on the way. */
  ofAnswer(request: NetlifyRequestFacts, answer: HttpAnswer, why: string, garbled?: true): Failed;
  /** Not of an answer: a call that was not sent, or answers that make no sense together. */
  of(operation: string, why: string, category: ApiErrorCategory): ApiError;
  unexpected(request: NetlifyRequestFacts, error: unknown): ApiError;
}

/** `withRetries` gives up on longer ones; the pace waits for the rest. */
const longestRetryAfterMs = 60_000;

export function createFailures(redact: Redact): Failures {
  const failed = (
    { operation, hidden }: Pick<NetlifyRequestFacts, "operation" | "hidden">,
    detail: string,
    facts: Omit<ApiErrorFacts, "provider" | "operation">,
  ): ApiError =>
    new ApiError(cleanText(redact(detail, hidden)), { provider: "netlify", operation, ...facts });

  return {
    ofFailure(request, { why, detail }) {
      const category = why === "timeout" ? "timeout" : "transient";
      const ambiguous = why !== "unsent" && request.effect !== "read";
      const isRepeated = why === "unsent" || request.effect !== "once";
      const error = failed(request, detail, { category, ambiguous });
      return { ok: false, error, retry: isRepeated ? category : "never" };
    },
    ofRefusal(request, answer, pauseMs) {
      const { status } = answer;
      const words = wordsOf(answer.text);
      const category = categoryOf(status, words);
      const ambiguous = request.effect !== "read" && isAmbiguous(status);
      const error = failed(request, withAdvice(words, status, category), {
        ...seen(answer),
        category,
        ambiguous,
        retryAfterMs: pauseMs === undefined ? undefined : Math.min(pauseMs, longestRetryAfterMs),
      });
      return { ok: false, error, retry: retryOf(request, category) };
    },
    ofAnswer(request, answer, why, garbled) {
      const ambiguous = request.effect !== "read";
      const error = failed(request, why, { ...seen(answer), category: "invalid", ambiguous });
      return {
        ok: false,
        error,
        retry: garbled && request.effect !== "once" ? "transient" : "never",
      };
    },
    of(operation, why, category) {
      return failed({ operation }, why, { category, ambiguous: false });
    },
    unexpected(request, error) {
      const why = error instanceof Error ? error.message : "an unexpected error";
      return failed(request, why, { category: "unknown", ambiguous: request.effect !== "read" });
    },
  };
}

function seen({ status, headers }: HttpAnswer): Pick<ApiErrorFacts, "status" | "requestId"> {
  const requestId = cleanText(headers.get("x-nf-request-id") ?? "", 100);
  return { status, requestId: requestId === "" ? undefined : requestId };
}

function categoryOf(status: number, words: string): ApiErrorCategory {
  if (status === 401) return "unauthorized";
  // Words of a 5xx prove nothing: they may quote an error that was met on the way.
  if (status === 403) return isOfPlan(words) ? "not_in_plan" : "forbidden";
  if (status === 404) return "not_found";
  if (status === 408 || status === 504) return "timeout";
  if (status === 409) return "already_exists";
  if (status === 429) return "throttled";
  if (status >= 500) return "transient";
  return status >= 400 ? "invalid" : "unknown";
}

function isOfPlan(words: string): boolean {
  return /\bupgrade\b/i.test(words);
}

function isAmbiguous(status: number): boolean {
  return status < 400 || status === 408 || status >= 500;
}

function retryOf({ effect }: NetlifyRequestFacts, category: ApiErrorCategory): RetryClass {
  if (category === "throttled") return "throttled";
  if (effect === "once") return "never";
  return category === "timeout" || category === "transient" ? category : "never";
}

/** `{code, message}`; anything else is shown as far as it is text. */
function wordsOf(text: string): string {
  if (/^\s*</.test(text)) return "an HTML page came instead of an answer";
  try {
    const { message, error } = object(JSON.parse(text), "the error");
    const words = [message, error].find((value) => typeof value === "string" && value !== "");
    return typeof words === "string" ? words : "";
  } catch {
    return text.trim();
  }
}

function withAdvice(words: string, status: number, category: ApiErrorCategory): string {
  const said = words === "" ? `the API answered ${status} without a word` : words;
  if (category === "unauthorized") {
    return `${said}; give NETLIFY_AUTH_TOKEN a personal access token that has not expired`;
  }
  if (category === "forbidden") {
    return `${said}; the token's owner needs access to the team, and a team with SAML must grant the token`;
  }
  return said;
}
