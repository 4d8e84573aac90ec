/** Environments and who may deploy to them. */

import { isApiError } from "#silo/errors.ts";
import type { GitHubEnvironment, GitHubWrites } from "#world/github.ts";
import { list, needed, object, shapeOf, word } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import { addBranchPolicy, listBranchPolicies, removeBranchPolicy } from "./branch-policies.ts";
import type { GitHubCalls } from "./call.ts";
import { type EnvironmentRules, readEnvironment } from "./environment-shape.ts";
import { readPages } from "./pages.ts";

const token = "SILO_SECRETS_TOKEN";

export async function getEnvironment(
  calls: GitHubCalls,
  repo: string,
  name: string,
): Promise<GitHubEnvironment | undefined> {
  const rules = await getRules(calls, repo, name);
  if (rules === undefined) return undefined;
  if (rules.branchPolicy !== "custom") return { ...rules, branches: [] };
  const policies = await absentIfMissing(
    calls,
    { repo, token },
    listBranchPolicies(calls, repo, name),
  );
  return policies && { ...rules, branches: policies.map(({ name, type }) => ({ name, type })) };
}

function getRules(
  calls: GitHubCalls,
  repo: string,
  name: string,
): Promise<EnvironmentRules | undefined> {
  const asked = calls.call({
    repo,
    token,
    operation: `read the environment ${name} of ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/environments/{environment_name}", {
        ...at,
        environment_name: name,
      }),
    read: ({ body }) => readEnvironment(body, "the environment"),
  });
  return absentIfMissing(calls, { repo, token }, asked);
}

const readName = shapeOf<{ name: string }>({ name: needed(word) });

/** None where the plan of the account has none. */
export async function listEnvironments(
  calls: GitHubCalls,
  repo: string,
): Promise<readonly string[]> {
  const asked = readPages(calls, {
    repo,
    token,
    operation: `list the environments of ${repo}`,
    send: (request, at, page) =>
      request("GET /repos/{owner}/{repo}/environments", { ...at, ...page }),
    read: (body) => list(readName)(object(body, "the answer").environments, "environments"),
    idOf: ({ name }) => name,
  });
  const found = await absentIfMissing(calls, { repo, token }, asked);
  return (found ?? []).map(({ name }) => name);
}

/** What is let in too much goes before what is missing comes. */
export async function restrictEnvironment(
  calls: GitHubCalls,
  repo: string,
  name: string,
  { branches, reviewers = [] }: EnvironmentWish,
): Promise<void> {
  const rules = await getRules(calls, repo, name);
  const added = reviewers.filter(
    ({ type, id }) => !rules?.reviewers.some((one) => one.type === type && one.id === id),
  );
  if (rules?.branchPolicy !== "custom" || added.length > 0) {
    await putRules(calls, repo, name, {
      ...rules,
      reviewers: [...(rules?.reviewers ?? []), ...added],
    });
  }
  const current = await listBranchPolicies(calls, repo, name);
  const kept = new Set<string>();
  for (const policy of current) {
    const wanted = policy.type === "branch" && branches.includes(policy.name);
    if (wanted && !kept.has(policy.name)) kept.add(policy.name);
    else await removeBranchPolicy(calls, repo, name, policy.id);
  }
  for (const branch of new Set(branches)) {
    if (!kept.has(branch)) await addBranchPolicy(calls, repo, name, branch);
  }
}

type EnvironmentWish = Parameters<GitHubWrites["restrictEnvironment"]>[2];

/** Replaces the whole: what people set is sent along. */
async function putRules(
  calls: GitHubCalls,
  repo: string,
  name: string,
  rules: Partial<EnvironmentRules>,
): Promise<void> {
  const { waitMinutes = 0, preventSelfReview = false, reviewers = [] } = rules;
  const operation = `restrict the environment ${name} of ${repo}`;
  try {
    await calls.call({
      repo,
      token,
      operation,
      effect: "repeatable",
      send: (request, at) =>
        request("PUT /repos/{owner}/{repo}/environments/{environment_name}", {
          ...at,
          environment_name: name,
          // Some plans refuse these even when they say nothing.
          ...(waitMinutes > 0 ? { wait_timer: waitMinutes } : {}),
          ...(preventSelfReview ? { prevent_self_review: true } : {}),
          ...(reviewers.length > 0
            ? { reviewers: reviewers.map((reviewer) => ({ ...reviewer })) }
            : {}),
          deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
        }),
      read: () => undefined,
    });
  } catch (error) {
    // A repository that is seen and yet has no environments.
    const none = isApiError(error, "not_found") && (await calls.sees({ repo, token }));
    throw none ? calls.failure(operation, noEnvironments, "not_in_plan") : error;
  }
}

const noEnvironments =
  "the plan of the account has no environments for this repository; a public repository or a paid plan has them";

export async function deleteEnvironment(
  calls: GitHubCalls,
  repo: string,
  name: string,
): Promise<void> {
  const asked = calls.call({
    repo,
    token,
    operation: `delete the environment ${name} of ${repo}`,
    effect: "repeatable",
    send: (request, at) =>
      request("DELETE /repos/{owner}/{repo}/environments/{environment_name}", {
        ...at,
        environment_name: name,
      }),
    read: () => undefined,
  });
  await absentIfMissing(calls, { repo, token }, asked);
}
