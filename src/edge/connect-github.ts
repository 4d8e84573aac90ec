/** From settings to a GitHub client. Without GITHUB_REPOSITORY there is none, as on a laptop. */

import { createGitHubClient } from "#clients/github/client.ts";
import type { GitHubConnection } from "#commands/types.ts";
import { Refused } from "#silo/errors.ts";
import { Secret } from "#silo/secret.ts";
import type { Clock, Fetch, Random } from "#world/effects.ts";

export interface GitHubSettings {
  readonly fetch: Fetch;
  readonly variable: (name: string) => string | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

export async function connectGitHub({
  fetch,
  variable,
  clock,
  random,
}: GitHubSettings): Promise<GitHubConnection | undefined> {
  const repository = variable("GITHUB_REPOSITORY");
  if (!repository) return undefined;
  const token = variable("GITHUB_TOKEN");
  if (!token) {
    throw new Refused("GITHUB_TOKEN is not set, though GITHUB_REPOSITORY is", {
      exitCode: 2,
      fix: "pass `github-token`; secrets and environments need SILO_SECRETS_TOKEN, too",
    });
  }
  const secretsToken = variable("SILO_SECRETS_TOKEN");
  const baseUrl = variable("GITHUB_API_URL");
  const graphqlUrl = variable("GITHUB_GRAPHQL_URL");
  const github = createGitHubClient({
    fetch,
    clock,
    random,
    token: new Secret(token),
    ...(secretsToken && { secretsToken: new Secret(secretsToken) }),
    ...(baseUrl && { baseUrl }),
    ...(graphqlUrl && { graphqlUrl }),
    ...(isLoopback(baseUrl) && { writeEveryMs: 1 }),
  });
  return { github, repository };
}

/** The local cloud has no reason to ask for patience. */
const isLoopback = (url: string | undefined): boolean =>
  url !== undefined && new URL(url).hostname === "127.0.0.1";
