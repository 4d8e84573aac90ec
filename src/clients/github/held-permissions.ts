/**
 * Whether SILO_SECRETS_TOKEN has a permission, tried without changing anything: GitHub looks at the
 * permission before it looks for what a call names, and these calls name what cannot be there.
 */

import { isApiError } from "#silo/errors.ts";
import type { TokenPermission } from "#silo/token-permissions.ts";
import { absentIfMissing } from "./absent.ts";
import type { GitHubCalls } from "./call.ts";
import type { GitHubRequest } from "./request.ts";

const token = "SILO_SECRETS_TOKEN";
/** GitHub lets nobody make a secret or variable whose name begins so. */
const never = "GITHUB_SILO_DOCTOR";

type Send = GitHubRequest<unknown>["send"];

export async function hasPermission(
  calls: GitHubCalls,
  repo: string,
  permission: TokenPermission["name"],
  environment: string | undefined,
): Promise<"yes" | "no" | "unknown"> {
  const send = sends[permission](environment);
  if (send === undefined) return "unknown";
  const asked = calls.call({
    repo,
    token,
    operation: `try the permission ${permission} on ${repo}`,
    effect: "read",
    send,
    read: () => undefined,
  });
  try {
    await absentIfMissing(calls, { repo, token }, asked);
    return "yes";
  } catch (error) {
    if (isApiError(error, "forbidden")) return "no";
    // Refused for what it names: so it was not refused for its token.
    if (isApiError(error, "invalid") || isApiError(error, "conflict")) return "yes";
    throw error;
  }
}

const sends: Readonly<
  Record<TokenPermission["name"], (environment: string | undefined) => Send | undefined>
> = {
  actions: () => (request, at) =>
    request("GET /repos/{owner}/{repo}/environments", { ...at, per_page: 1 }),
  metadata: () => (request, at) => request("GET /repos/{owner}/{repo}", { ...at }),
  contents: () => (request, at) =>
    request("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", { ...at, ref: `heads/${never}` }),
  secrets: () => (request, at) =>
    request("DELETE /repos/{owner}/{repo}/actions/secrets/{secret_name}", {
      ...at,
      secret_name: never,
    }),
  variables: () => (request, at) =>
    request("DELETE /repos/{owner}/{repo}/actions/variables/{name}", { ...at, name: never }),
  environments: (environment) =>
    environment === undefined
      ? undefined
      : (request, at) =>
          request(
            "DELETE /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}",
            { ...at, environment_name: environment, secret_name: never },
          ),
  administration: (environment) =>
    environment === undefined
      ? undefined
      : (request, at) =>
          request(
            "DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}",
            // Ids begin at 1.
            { ...at, environment_name: environment, branch_policy_id: 0 },
          ),
};
