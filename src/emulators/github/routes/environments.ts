import {
  flag,
  integer,
  isRecord,
  list,
  noContent,
  ok,
  oneOf,
  param,
  type Reply,
  type RepoCall,
  requiredText,
} from "../call.ts";
import type { EnvironmentRow, Reviewer } from "../entities.ts";
import { ensureEnvironment } from "../environments.ts";
import { notFound, planHasNoRule, unprocessable } from "../errors.ts";
import type { Hub } from "../hub.ts";
import { countedReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { byName, environmentOf, hasEnvironments } from "../vaults.ts";
import { environmentView } from "../views/environment.ts";

const repoPath = "/environments";
const one = `${repoPath}/:environment`;
const read = "actions=read";
const write = "administration=write";

export const environmentRoutes: readonly RepoRoute[] = [
  { method: "GET", repoPath, action: "environments-list", accepts: read, run: listEnvironments },
  { method: "GET", repoPath: one, action: "environment-get", accepts: read, run: getEnvironment },
  { method: "PUT", repoPath: one, action: "environment-put", accepts: write, run: putEnvironment },
  {
    method: "DELETE",
    repoPath: one,
    action: "environment-delete",
    accepts: write,
    run: deleteEnvironment,
  },
];

function listEnvironments(call: RepoCall): Reply {
  return countedReply(call, byName(call.repo.environments.values()), {
    name: "environments",
    view: (row) => environmentView(row, call.repo, call.base),
  });
}

function getEnvironment(call: RepoCall): Reply {
  const row = environmentOf(call.repo, param(call, "environment"));
  return ok(environmentView(row, call.repo, call.base));
}

/** Replaces: what is not said goes back to its default, reviewers included. */
function putEnvironment(call: RepoCall, hub: Hub): Reply {
  const { repo, body } = call;
  if (!hasEnvironments(repo)) throw notFound();
  const name = param(call, "environment");
  if (name.length > 255) throw unprocessable("Environment name is too long");
  const reviewers = reviewersOf(body);
  const branchPolicy = branchPolicyOf(body);
  const waitMinutes = integer(body, "wait_timer") ?? 0;
  if (waitMinutes < 0 || waitMinutes > 43_200) {
    throw unprocessable("wait_timer must be between 0 and 43200");
  }
  const row = ensureEnvironment(repo, name, hub);
  // Seen: the plan is looked at last, so the environment is made although the answer is no.
  const asksForRule = ["wait_timer", "reviewers", "prevent_self_review"].some((key) => key in body);
  if (asksForRule && repo.isPrivate && repo.plan !== "enterprise") throw planHasNoRule();
  row.waitMinutes = waitMinutes;
  row.reviewers = reviewers;
  row.preventSelfReview = flag(body, "prevent_self_review") ?? false;
  setBranchPolicy(row, branchPolicy);
  row.updatedMs = call.at;
  return ok(environmentView(row, repo, call.base));
}

function setBranchPolicy(row: EnvironmentRow, policy: EnvironmentRow["branchPolicy"]): void {
  if (policy !== "custom") row.policies.clear();
  row.branchPolicy = policy;
}

function branchPolicyOf(body: RepoCall["body"]): EnvironmentRow["branchPolicy"] {
  const policy = body.deployment_branch_policy;
  if (policy === undefined || policy === null) return undefined;
  if (!isRecord(policy)) throw unprocessable("deployment_branch_policy must be an object");
  const isProtected = flag(policy, "protected_branches");
  const isCustom = flag(policy, "custom_branch_policies");
  if (isProtected === undefined || isCustom === undefined || isProtected === isCustom) {
    throw unprocessable("protected_branches and custom_branch_policies cannot have the same value");
  }
  return isProtected ? "protected" : "custom";
}

function reviewersOf(body: RepoCall["body"]): readonly Reviewer[] {
  const given = list(body, "reviewers") ?? [];
  if (given.length > 6) throw unprocessable("An environment has at most 6 reviewers");
  return given.map((reviewer) => {
    if (!isRecord(reviewer)) throw unprocessable("reviewers must be objects");
    const id = integer(reviewer, "id");
    if (id === undefined) throw unprocessable("A reviewer needs an id");
    return { type: oneOf(requiredText(reviewer, "type"), "type", ["User", "Team"]), id };
  });
}

function deleteEnvironment(call: RepoCall): Reply {
  const row = environmentOf(call.repo, param(call, "environment"));
  call.repo.environments.delete(row.name.toLowerCase());
  return noContent;
}
