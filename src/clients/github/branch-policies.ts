/** Which branches an environment with custom policies lets in. */

import { list, number, object, ShapeError, word } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { GitHubCalls } from "./call.ts";
import { readPages } from "./pages.ts";

export interface BranchPolicy {
  readonly id: number;
  /** A pattern: `*` does not match `/`. */
  readonly name: string;
  readonly type: "branch" | "tag";
}

const token = "SILO_SECRETS_TOKEN";

export function listBranchPolicies(
  calls: GitHubCalls,
  repo: string,
  environment: string,
): Promise<readonly BranchPolicy[]> {
  return readPages(calls, {
    repo,
    token,
    operation: `list the branch policies of environment ${environment} of ${repo}`,
    send: (request, at, page) =>
      request(
        "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
        { ...at, ...page, environment_name: environment },
      ),
    read: (body) => list(readPolicy)(object(body, "the answer").branch_policies, "branch_policies"),
    idOf: ({ id }) => id,
  });
}

/** Without a type it is of the time before there were tags. */
function readPolicy(value: unknown, what: string): BranchPolicy {
  const { id, name, type = "branch" } = object(value, what);
  if (type !== "branch" && type !== "tag") throw new ShapeError(`${what}.type is not known`);
  return { id: number(id, `${what}.id`), name: word(name, `${what}.name`), type };
}

export function addBranchPolicy(
  calls: GitHubCalls,
  repo: string,
  environment: string,
  branch: string,
): Promise<void> {
  return calls.call({
    repo,
    token,
    operation: `let the branch ${branch} into environment ${environment} of ${repo}`,
    effect: "repeatable",
    // 303: it is there already.
    statuses: [200, 303],
    send: (request, at) =>
      request(
        "POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
        { ...at, environment_name: environment, name: branch, type: "branch" },
      ),
    read: () => undefined,
  });
}

export async function removeBranchPolicy(
  calls: GitHubCalls,
  repo: string,
  environment: string,
  id: number,
): Promise<void> {
  const asked = calls.call({
    repo,
    token,
    operation: `remove a branch policy from environment ${environment} of ${repo}`,
    effect: "repeatable",
    send: (request, at) =>
      request(
        "DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}",
        { ...at, environment_name: environment, branch_policy_id: id },
      ),
    read: () => undefined,
  });
  await absentIfMissing(calls, { repo, token }, asked);
}
