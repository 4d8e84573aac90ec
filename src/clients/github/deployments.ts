/** Deployments: the card of a silo on the repository's page and in pull requests. */

import type { GitHubDeployment, GitHubWrites } from "#world/github.ts";
import { list, needed, number, shapeOf, text, word } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { GitHubCalls } from "./call.ts";
import { readPages } from "./pages.ts";
import { shortened } from "./shortened.ts";

const token = "GITHUB_TOKEN";

const readShape = shapeOf<{ id: number; environment: string; ref: string; created_at: string }>({
  id: needed(number),
  environment: needed(text),
  ref: needed(text),
  created_at: needed(word),
});

function readDeployment(value: unknown, what: string): GitHubDeployment {
  const { created_at, ...rest } = readShape(value, what);
  return { ...rest, createdAt: created_at };
}

export function listDeployments(
  calls: GitHubCalls,
  repo: string,
  environment: string,
): Promise<readonly GitHubDeployment[]> {
  return readPages(calls, {
    repo,
    token,
    operation: `list the deployments of environment ${environment} of ${repo}`,
    send: (request, at, page) =>
      request("GET /repos/{owner}/{repo}/deployments", { ...at, ...page, environment }),
    read: (body) => list(readDeployment)(body, "deployments"),
    idOf: ({ id }) => id,
  });
}

const readStatus = shapeOf<{ id: number; state: string; created_at: string }>({
  id: needed(number),
  state: needed(word),
  created_at: needed(word),
});

/** Undefined for a deployment without a status, or that is not there. */
export async function getDeploymentState(
  calls: GitHubCalls,
  repo: string,
  id: number,
): Promise<string | undefined> {
  const asked = readPages(calls, {
    repo,
    token,
    operation: `read the statuses of deployment ${id} of ${repo}`,
    send: (request, at, page) =>
      request("GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
        ...at,
        ...page,
        deployment_id: id,
      }),
    read: (body) => list(readStatus)(body, "statuses"),
    idOf: (status) => status.id,
  });
  const statuses = (await absentIfMissing(calls, { repo, token }, asked)) ?? [];
  // Their order is not documented.
  const [newest] = [...statuses].sort(
    (a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || b.id - a.id,
  );
  return newest?.state;
}

/**
 * Merges nothing and waits for no check: what is deployed is a silo, not the commit. Not transient,
 * or a stopped silo would be shown as destroyed.
 */
export function createDeployment(
  calls: GitHubCalls,
  repo: string,
  { ref, environment, description }: Parameters<GitHubWrites["createDeployment"]>[1],
): Promise<GitHubDeployment> {
  return calls.call({
    repo,
    token,
    operation: `create a deployment to environment ${environment} of ${repo}`,
    effect: "once",
    weight: "content",
    // 202 says that something was merged instead.
    statuses: [201],
    send: (request, at) =>
      request("POST /repos/{owner}/{repo}/deployments", {
        ...at,
        ref,
        environment,
        description: shortened(description),
        auto_merge: false,
        required_contexts: [],
        transient_environment: false,
        production_environment: false,
      }),
    read: ({ body }) => readDeployment(body, "the deployment"),
  });
}

/** Said twice, it shows the same. */
export function setDeploymentState(
  calls: GitHubCalls,
  repo: string,
  id: number,
  status: Parameters<GitHubWrites["setDeploymentState"]>[2],
): Promise<void> {
  const { state, description, environmentUrl, logUrl } = status;
  return calls.call({
    repo,
    token,
    operation: `set deployment ${id} of ${repo} to ${state}`,
    effect: "repeatable",
    weight: "content",
    send: (request, at) =>
      request("POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
        ...at,
        deployment_id: id,
        state,
        description: shortened(description),
        ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
        ...(logUrl === undefined ? {} : { log_url: logUrl }),
      }),
    read: () => undefined,
  });
}
