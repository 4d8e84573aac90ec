/** What a call of the GitHub API consists of. */

import type { Octokit } from "@octokit/rest";

/** Octokit's `request`: routes and parameters are checked against GitHub's own document. */
export type OctokitRequest = Octokit["request"];

/** Which token a call is made with. */
export type TokenName = "GITHUB_TOKEN" | "SILO_SECRETS_TOKEN";

/**
 * - `read`: changes nothing
 * - `repeatable`: a second time changes nothing more
 * - `once`: a creation or a compare-and-swap; repeated only when it is proven that nothing happened
 */
export type Effect = "read" | "repeatable" | "once";

/**
 * How GitHub counts a call beside its effect. `content` has an hourly limit of its own, `notice` also
 * tells people.
 */
export type Weight = "read" | "write" | "content" | "notice";

export interface GitHubRequestFacts {
  /** `owner/name`. */
  readonly repo: string;
  readonly token: TokenName;
  /** For the error: `list the environments of acme/erp`. */
  readonly operation: string;
  readonly effect: Effect;
  /** By default `read` for reads and `write` for the rest. */
  readonly weight?: Weight;
  /** Secret values in the request, masked in whatever the API says about it. */
  readonly hidden?: readonly string[];
}

export interface GitHubRequest<T> extends GitHubRequestFacts {
  readonly send: (request: OctokitRequest, at: RepositoryPath) => Promise<unknown>;
  readonly read: (answer: GitHubAnswer) => T;
  /** Statuses below 400 that are an answer here; by default every 2xx. */
  readonly statuses?: readonly number[];
}

export interface RepositoryPath {
  readonly owner: string;
  readonly repo: string;
}

export interface GitHubAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is asked for; undefined for an empty body. */
  readonly body: unknown;
}
