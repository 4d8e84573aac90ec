/** What the GitHub client is made from. */

import type { Secret } from "#silo/secret.ts";
import type { Clock, Fetch, Random } from "#world/effects.ts";

export interface GitHubCallRecord {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly ms: number;
}

export interface GitHubClientOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** GITHUB_TOKEN: files, deployments, comments and statuses. */
  readonly token: Secret;
  /** SILO_SECRETS_TOKEN: secrets, variables and environments, which GITHUB_TOKEN can never write. */
  readonly secretsToken?: Secret;
  /** GITHUB_API_URL; GitHub's own by default. */
  readonly baseUrl?: string;
  /** GITHUB_GRAPHQL_URL; by default the one that belongs to `baseUrl`. */
  readonly graphqlUrl?: string;
  /** Between two writes; GitHub asks for a second, which is the default. */
  readonly writeEveryMs?: number;
  /** Told about every attempt, retries included. */
  readonly onCall?: (call: GitHubCallRecord) => void;
}
