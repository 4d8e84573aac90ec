/** Errors are of three kinds: a person must act (`Refused`), an API said no (`ApiError`), or our bug. */

/** Exit code 2: input that cannot be used. Exit code 4: a guard says no. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly exitCode: 2 | 4;
  /** What to do about it. */
  readonly fix: string | undefined;
  constructor(message: string, how: { exitCode: 2 | 4; fix?: string }) {
    super(message);
    this.exitCode = how.exitCode;
    this.fix = how.fix;
  }
}

export type ApiErrorCategory =
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "name_taken"
  | "already_exists"
  | "version_mismatch"
  | "lease_held"
  | "secrets_version"
  | "volume_claimed"
  | "busy"
  | "capacity"
  | "quota"
  | "not_in_plan"
  | "region_retired"
  | "throttled"
  | "conflict"
  | "invalid"
  | "timeout"
  | "transient"
  | "unknown";

export interface ApiErrorFacts {
  readonly provider: "fly" | "github" | "netlify";
  /** What was tried, for example `create machine in devenv-acme-erp-pg`. */
  readonly operation: string;
  readonly category: ApiErrorCategory;
  /** HTTP status; absent when no answer came. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** The call may have taken effect: look before trying again. */
  readonly ambiguous: boolean;
  /** With `already_exists`: the id of what holds the name, when the answer tells it. */
  readonly existingId?: string | undefined;
  /** Of a machine that was waited for: the state it was last seen in. */
  readonly lastState?: string | undefined;
}

/** An API call that failed for good, after the client's own retries. The message holds no secret. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly facts: ApiErrorFacts;
  constructor(detail: string, facts: ApiErrorFacts, options?: ErrorOptions) {
    const status = facts.status === undefined ? "no answer" : String(facts.status);
    const id =
      facts.requestId === undefined
        ? ""
        : `, ${requestIdHeaders[facts.provider]} ${facts.requestId}`;
    super(`Cannot ${facts.operation}: ${detail} (${status}, ${facts.category}${id})`, options);
    this.facts = facts;
  }
}

/** What the provider's support asks for, by the name it has in its answers. */
const requestIdHeaders = {
  fly: "fly-request-id",
  github: "x-github-request-id",
  netlify: "x-nf-request-id",
} as const;

export function isApiError(error: unknown, category?: ApiErrorCategory): error is ApiError {
  return error instanceof ApiError && (category === undefined || error.facts.category === category);
}
