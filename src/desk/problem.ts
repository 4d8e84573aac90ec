/** What the desk answers when it does not do what was asked: RFC 9457, the same over HTTP and MCP. */

import { ApiError, Refused } from "#silo/errors.ts";

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 421 | 429 | 500 | 503;

const titles: Readonly<Record<ProblemStatus, string>> = {
  400: "The request cannot be understood",
  401: "Who is asking is not known",
  403: "The role may not do this",
  404: "There is no such thing",
  409: "Refused",
  413: "The request is too large",
  415: "The body is not JSON",
  421: "The request was meant for another host",
  429: "Too many tries",
  500: "A bug in silo-manager",
  503: "What was asked cannot be looked at now",
};

export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: ProblemStatus;
  readonly fix: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  constructor(
    status: ProblemStatus,
    detail: string,
    more: { readonly fix?: string | undefined; readonly retryAfterSeconds?: number } = {},
  ) {
    super(detail);
    this.status = status;
    this.fix = more.fix;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

export function problemBody({ status, message, fix }: Problem) {
  const title = titles[status];
  return { type: "about:blank", title, status, detail: message, ...(fix !== undefined && { fix }) };
}

/** Of an error that is none of ours to explain, nothing is said but that it happened. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refused) return new Problem(409, error.message, { fix: error.fix });
  if (error instanceof ApiError) {
    return new Problem(503, `${error.facts.provider} does not answer as it should`, {
      fix: "ask again in a moment",
      retryAfterSeconds: 5,
    });
  }
  return new Problem(500, "The request was not carried out");
}
