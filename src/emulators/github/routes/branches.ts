import { idParam, ok, param, type Reply, type RepoCall } from "../call.ts";
import type { BranchRule, RepoRow } from "../entities.ts";
import { GitHubProblem, notFound, upgradeNeeded } from "../errors.ts";
import { branchRef } from "../git/revisions.ts";
import { listReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { hasRules, rulesOf } from "../rules.ts";
import { repoName, repoUrl } from "../views/repository.ts";
import { nodeId } from "../views/users.ts";

const anyone = "metadata=read";

export const branchRoutes: readonly RepoRoute[] = [
  {
    method: "GET",
    repoPath: "/branches/:branch/protection",
    action: "branch-protection-get",
    accepts: "administration=read",
    run: getProtection,
  },
  {
    method: "GET",
    repoPath: "/rulesets",
    action: "rulesets-list",
    accepts: anyone,
    run: listRulesets,
  },
  {
    method: "GET",
    repoPath: "/rulesets/:ruleset",
    action: "ruleset-get",
    accepts: anyone,
    run: getRuleset,
  },
  {
    method: "GET",
    repoPath: "/rules/branches/:branch",
    action: "branch-rules-list",
    accepts: anyone,
    run: listBranchRules,
  },
];

/** Classic protection only: a ruleset does not show here. */
function getProtection(call: RepoCall): Reply {
  const { repo, base } = call;
  requirePlan(repo);
  const branch = param(call, "branch");
  if (!repo.git.refs.has(branchRef(branch))) throw new GitHubProblem(404, "Branch not found");
  const rule = rulesOf(repo, branch).find(({ kind }) => kind === "protection");
  if (!rule) throw new GitHubProblem(404, "Branch not protected");
  const url = `${repoUrl(repo, base)}/branches/${branch}/protection`;
  const off = { enabled: false };
  return ok({
    url,
    ...(rule.requiredReviews > 0 && {
      required_pull_request_reviews: {
        url: `${url}/required_pull_request_reviews`,
        dismiss_stale_reviews: false,
        require_code_owner_reviews: rule.codeOwners,
        require_last_push_approval: false,
        required_approving_review_count: rule.requiredReviews,
      },
    }),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: rule.bypass.length === 0 },
    required_linear_history: off,
    allow_force_pushes: off,
    allow_deletions: off,
    block_creations: off,
    required_conversation_resolution: off,
    lock_branch: off,
  });
}

function listRulesets(call: RepoCall): Reply {
  requirePlan(call.repo);
  return listReply(call, rulesets(call.repo), (rule) => rulesetView(rule, call.repo));
}

function getRuleset(call: RepoCall): Reply {
  requirePlan(call.repo);
  const id = idParam(call, "ruleset");
  const found = rulesets(call.repo).find((rule) => rule.id === id);
  if (!found) throw notFound();
  return ok({
    ...rulesetView(found, call.repo),
    conditions: { ref_name: { include: [branchRef(found.branch)], exclude: [] } },
    rules: rulesIn(found),
  });
}

/** What is in force on a branch, of rulesets; classic protection does not show here. */
function listBranchRules(call: RepoCall): Reply {
  const { repo } = call;
  requirePlan(repo);
  const rules = rulesOf(repo, param(call, "branch")).filter(({ kind }) => kind === "ruleset");
  const shown = rules.flatMap((rule) =>
    rulesIn(rule).map((one) => ({
      ...one,
      ruleset_source_type: "Repository",
      ruleset_source: repoName(repo),
      ruleset_id: rule.id,
    })),
  );
  return listReply(call, shown, (rule) => rule);
}

const rulesets = (repo: RepoRow) => repo.rules.filter(({ kind }) => kind === "ruleset");

function rulesetView(rule: BranchRule, repo: RepoRow) {
  return {
    id: rule.id,
    node_id: nodeId("RRS", rule.id),
    name: `${rule.branch} rules`,
    target: "branch",
    source_type: "Repository",
    source: repoName(repo),
    enforcement: "active",
  };
}

function rulesIn({ requiredReviews, codeOwners }: BranchRule) {
  const base = [{ type: "deletion" }, { type: "non_fast_forward" }];
  if (requiredReviews === 0) return base;
  const parameters = {
    required_approving_review_count: requiredReviews,
    require_code_owner_review: codeOwners,
    dismiss_stale_reviews_on_push: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  };
  return [...base, { type: "pull_request", parameters }];
}

function requirePlan(repo: RepoRow): void {
  if (!hasRules(repo)) throw upgradeNeeded();
}
