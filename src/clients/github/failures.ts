/** From whatever went wrong to an `ApiError`, and whether the call may be tried again. */

import { ApiError, type ApiErrorCategory, type ApiErrorFacts } from "#silo/errors.ts";
import type { Clock } from "#world/effects.ts";
import type { HttpAnswer, HttpFailure } from "../http.ts";
import { cleanText, type Redact } from "../redact.ts";
import type { RetryClass } from "../retry.ts";
import { categorise } from "./categorise.ts";
import { permissionAdvice } from "./permissions.ts";
import type { GitHubRequestFacts } from "./request.ts";

export interface Failed {
  readonly ok: false;
  readonly error: ApiError;
  readonly retry: RetryClass;
}

export interface Failures {
  /** No answer came. */
  ofFailure(request: GitHubRequestFacts, failure: HttpFailure): Failed;
  /** An answer that refuses. */
  ofRefusal(request: GitHubRequestFacts, answer: HttpAnswer): Failed;
  /** A 2xx that cannot be used; a garbled one may only have been damaged on the way. */
  ofAnswer(request: GitHubRequestFacts, answer: HttpAnswer, why: string, garbled?: true): Failed;
  /** A 2xx that says in its body that the call failed. */
  ofErrors(request: GitHubRequestFacts, answer: HttpAnswer, refused: RefusedInAnswer): Failed;
  /** GitHub does not take calls for so long, so this one was not sent. */
  closed(request: GitHubRequestFacts, forMs: number): Failed;
  /** Not of an answer: a call that was not sent, or answers that make no sense together. */
  of(operation: string, why: string, category: ApiErrorCategory): ApiError;
  unexpected(request: GitHubRequestFacts, error: unknown): ApiError;
}

/** Thrown by a reader when a 2xx says in its body that the call failed. */
export class RefusedInAnswer extends Error {
  readonly category: ApiErrorCategory;
  readonly retryAfterMs: number | undefined;
  constructor(words: string, category: ApiErrorCategory, retryAfterMs?: number) {
    super(words);
    this.category = category;
    this.retryAfterMs = retryAfterMs;
  }
}

export function createFailures({ redact, clock }: { redact: Redact; clock: Clock }): Failures {
  const failed = (
    request: Pick<GitHubRequestFacts, "operation" | "hidden">,
    detail: string,
    facts: Omit<ApiErrorFacts, "provider" | "operation"> & { readonly advice?: string },
  ): ApiError => {
    const { advice = "", ...rest } = facts;
    const masked = redact(detail, request.hidden);
    const fit = request.hidden === undefined ? masked : masked.replace(quotedValue, "***");
    const shown = [cleanText(fit), advice].filter((part) => part !== "");
    const { operation } = request;
    return new ApiError(shown.join("; "), { provider: "github", operation, ...rest });
  };

  return {
    ofFailure(request, { why, detail }) {
      const category = why === "timeout" ? "timeout" : "transient";
      const ambiguous = why !== "unsent" && request.effect !== "read";
      const error = failed(request, detail, { category, ambiguous });
      const repeated = why === "unsent" || request.effect !== "once";
      return { ok: false, error, retry: repeated ? category : "never" };
    },
    ofRefusal(request, answer) {
      const { category, detail, retryAfterMs } = categorise(answer, clock.now());
      const error = failed(request, detail, {
        status: answer.status,
        requestId: requestIdOf(answer),
        retryAfterMs,
        category,
        ambiguous: request.effect !== "read" && (answer.status >= 500 || answer.status === 408),
        advice: adviceFor(category, answer, request),
      });
      return { ok: false, error, retry: retryOf(request, category) };
    },
    ofAnswer(request, answer, why, garbled) {
      const error = failed(request, why, {
        status: answer.status,
        requestId: requestIdOf(answer),
        category: "invalid",
        ambiguous: request.effect !== "read",
      });
      const again = garbled === true && request.effect !== "once";
      return { ok: false, error, retry: again ? "transient" : "never" };
    },
    ofErrors(request, answer, { message, category, retryAfterMs }) {
      const error = failed(request, message, {
        status: answer.status,
        requestId: requestIdOf(answer),
        retryAfterMs,
        category,
        ambiguous: request.effect !== "read" && category === "transient",
        advice: adviceFor(category, answer, request),
      });
      return { ok: false, error, retry: retryOf(request, category) };
    },
    closed(request, retryAfterMs) {
      const minutes = Math.ceil(retryAfterMs / 60_000);
      const why = `the rate limit of ${request.token} is used up for ${minutes} more minutes`;
      const error = failed(request, why, { category: "throttled", retryAfterMs, ambiguous: false });
      return { ok: false, error, retry: "never" };
    },
    of: (operation, why, category) => failed({ operation }, why, { category, ambiguous: false }),
    unexpected(request, error) {
      const why = error instanceof Error ? error.message : "an unexpected error";
      return failed(request, why, { category: "unknown", ambiguous: request.effect !== "read" });
    },
  };
}

/** GitHub quotes a value that it refuses, and may cut the quotation short. */
const quotedValue = /[A-Za-z0-9+/=_-]{32,}/g;

function requestIdOf(answer: HttpAnswer): string | undefined {
  const id = cleanText(answer.headers.get("x-github-request-id") ?? "", 100);
  return id === "" ? undefined : id;
}

function adviceFor(
  category: ApiErrorCategory,
  { headers }: HttpAnswer,
  { token }: GitHubRequestFacts,
): string {
  if (category === "unauthorized") return `${token} is wrong, revoked or expired`;
  if (category === "not_found") return `or ${token} may not see it`;
  if (category !== "forbidden") return "";
  return permissionAdvice(headers.get("x-accepted-github-permissions"), token);
}

function retryOf(request: GitHubRequestFacts, category: ApiErrorCategory): RetryClass {
  // Refused before anything was done.
  if (category === "throttled") return "throttled";
  if (request.effect === "once") return "never";
  return category === "timeout" || category === "transient" ? category : "never";
}
