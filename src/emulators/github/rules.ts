/** Protected branches and rulesets: who may write to a branch without a pull request. */

import type { BranchRule, RepoRow } from "./entities.ts";
import type { Actor } from "./tokens.ts";

export function rulesOf(repo: RepoRow, branch: string): readonly BranchRule[] {
  return repo.rules.filter((rule) => rule.branch === branch);
}

export function mayWriteTo(repo: RepoRow, branch: string, { user }: Actor): boolean {
  return rulesOf(repo, branch).every(
    ({ requiredReviews, bypass }) => requiredReviews === 0 || bypass.includes(user.login),
  );
}

/** Files that start workflows need a permission of their own. */
export function isWorkflowFile(path: string): boolean {
  return path.startsWith(".github/workflows/");
}

/** Private repositories of a free account have neither. */
export function hasRules(repo: RepoRow): boolean {
  return !repo.isPrivate || repo.plan !== "free";
}
