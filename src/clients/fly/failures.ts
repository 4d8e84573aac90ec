/** From whatever went wrong to an `ApiError`, and whether the call may be tried again. */

import { ApiError, type ApiErrorCategory, type ApiErrorFacts } from "#silo/errors.ts";
import type { Clock } from "#world/effects.ts";
import type { HttpAnswer, HttpFailure } from "../http.ts";
import { cleanText, type Redact } from "../redact.ts";
import type { RetryClass } from "../retry.ts";
import { categorise } from "./categorise.ts";
import type { Effect, FlyRequestFacts } from "./request.ts";
import type { Young } from "./young.ts";

export interface Failed {
  readonly ok: false;
  readonly error: ApiError;
  readonly retry: RetryClass;
}

export interface Failures {
  /** No answer came. */
  ofFailure(request: FlyRequestFacts, failure: HttpFailure): Failed;
  /** An answer that is not a 2xx. */
  ofRefusal(request: FlyRequestFacts, answer: HttpAnswer): Failed;
  /** A 2xx that cannot be used. */
  ofAnswer(request: FlyRequestFacts, answer: HttpAnswer, problem: Problem): Failed;
  cancelled(request: FlyRequestFacts): ApiError;
  /** Not of one call: of what several said, or of one that was not sent. */
  of(
    operation: string,
    why: string,
    facts: Pick<ApiErrorFacts, "category" | "lastState">,
  ): ApiError;
  unexpected(request: FlyRequestFacts, error: unknown): ApiError;
}

export interface Problem {
  readonly why: string;
  /** It may only have been damaged on the way. */
  readonly garbled?: boolean;
  /** The answer itself says that nothing was done, and why. */
  readonly category?: ApiErrorCategory;
}

/** Thrown by a reader when a 2xx says in its body that the call failed. */
export class RefusedInAnswer extends Error {
  readonly category: ApiErrorCategory;
  constructor(words: string, category: ApiErrorCategory) {
    super(words);
    this.category = category;
  }
}

export function createFailures(how: {
  readonly redact: Redact;
  readonly clock: Clock;
  readonly young: Young;
}): Failures {
  const { redact, clock, young } = how;
  const failed = (
    request: Pick<FlyRequestFacts, "operation" | "hidden">,
    detail: string,
    facts: Omit<ApiErrorFacts, "provider" | "operation">,
  ): ApiError =>
    new ApiError(cleanText(redact(detail, request.hidden)), {
      provider: "fly",
      operation: request.operation,
      ...facts,
    });

  return {
    ofFailure(request, { why, detail }) {
      if (why === "cancelled") return { ok: false, error: this.cancelled(request), retry: "never" };
      const repeated = why === "unsent" || request.effect !== "once";
      const error = failed(request, detail, {
        category: why === "timeout" ? "timeout" : "transient",
        ambiguous: why !== "unsent" && request.effect !== "read",
      });
      const retry = why === "timeout" ? "timeout" : "transient";
      return { ok: false, error, retry: repeated ? retry : "never" };
    },
    ofRefusal(request, answer) {
      const { action } = request;
      const refusal = categorise({ status: answer.status, text: answer.text, action });
      const error = failed(request, refusal.detail, {
        ...refusalFacts(answer, clock.now()),
        category: refusal.category,
        existingId: refusal.existingId,
        ambiguous: request.effect !== "read" && isAmbiguous(answer.status, refusal.category),
      });
      const final = request.final?.({ status: answer.status, detail: refusal.detail });
      const unseen = isUnseen(request, refusal.category, young);
      const retry = unseen ? "unseen" : retryOf(request, answer.status, refusal.category);
      return { ok: false, error, retry: final ? "never" : retry };
    },
    ofAnswer(request, answer, { why, garbled, category }) {
      const error = failed(request, why, {
        ...refusalFacts(answer, clock.now()),
        category: category ?? "invalid",
        ambiguous: request.effect !== "read" && category === undefined,
      });
      const again = garbled === true && request.effect !== "once";
      return { ok: false, error, retry: again ? "transient" : "never" };
    },
    cancelled(request) {
      const ambiguous = request.effect !== "read";
      return failed(request, "the run was cancelled", { category: "unknown", ambiguous });
    },
    of(operation, why, facts) {
      return failed({ operation }, why, { ...facts, ambiguous: false });
    },
    unexpected(request, error) {
      const why = error instanceof Error ? error.message : "an unexpected error";
      const ambiguous = request.effect !== "read";
      return failed(request, why, { category: "unknown", ambiguous });
    },
  };
}

function refusalFacts(
  answer: HttpAnswer,
  now: number,
): Pick<ApiErrorFacts, "status" | "requestId" | "retryAfterMs"> {
  const requestId = cleanText(answer.headers.get("fly-request-id") ?? "", 100);
  return {
    status: answer.status,
    requestId: requestId === "" ? undefined : requestId,
    retryAfterMs: readRetryAfter(answer.headers.get("retry-after"), now),
  };
}

/** Seconds or an HTTP date; what is neither is no wish at all. */
function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The machine, volume or address may exist all the same. */
function isAmbiguous(status: number, category: ApiErrorCategory): boolean {
  return status < 400 || status === 408 || (status >= 500 && category !== "capacity");
}

/** A machine's own call is about the machine, any other about the app. */
function isUnseen(request: FlyRequestFacts, category: ApiErrorCategory, young: Young): boolean {
  const id = request.key ?? request.app;
  if (id === undefined || !young.has(id)) return false;
  return category === "not_found" || (category === "unauthorized" && id === request.app);
}

function retryOf(
  request: { readonly effect: Effect; readonly action: string },
  status: number,
  category: ApiErrorCategory,
): RetryClass {
  if (category === "throttled") return "throttled";
  // Nothing was done, and the cause passes by itself.
  if (category === "secrets_version" && status === 412) return "throttled";
  if (category === "busy" && request.action === "machine.start") return "throttled";
  if (category === "capacity") return status === 503 ? "throttled" : "never";
  if (request.effect === "once") return "never";
  if (category === "timeout") return "timeout";
  return category === "transient" ? "transient" : "never";
}
