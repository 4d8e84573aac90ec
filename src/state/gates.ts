/**
 * GitHub Environments that guard the manager's own credentials and the rows of the access matrix. One is trusted
 * only after it was read: whoever first names an environment makes it, open to every branch.
 */

import type { GitHubEnvironment } from "#world/github.ts";

/** `silo-plan` and `silo-operate` hold no master key, `silo-approve` holds nothing at all. */
export const managerEnvironments = [
  "silo-plan",
  "silo-operate",
  "silo-manager",
  "silo-approve",
] as const;

export interface GateProblem {
  readonly environment: string;
  readonly problem: string;
  readonly fix: string;
}

/** What an environment admits, by its name. Every one that is not the manager's is that of a role. */
export interface Gate {
  readonly branches: readonly string[];
  readonly needsReviewers: boolean;
}

/**
 * A plan's token reads what every writer may know, so pull requests and the merge queue are let in. In
 * these patterns `*` matches no `/`, so the queue's branches are named with the one they go to.
 */
export function gateOf(environment: string, defaultBranch: string): Gate {
  const isPlan = environment === "silo-plan";
  return {
    branches: isPlan
      ? [defaultBranch, "refs/pull/*/merge", `gh-readonly-queue/${defaultBranch}/*`]
      : [defaultBranch],
    needsReviewers: environment === "silo-approve",
  };
}

/** All that keeps these environments from being trusted; `undefined` is one that does not exist. */
export function gateProblems(
  environments: ReadonlyMap<string, GitHubEnvironment | undefined>,
  defaultBranch: string,
): readonly GateProblem[] {
  return [...environments].flatMap(([name, seen]) => {
    const problems = seen ? problemsOf(seen, name, defaultBranch) : [absent];
    return problems.map((problem) => ({ environment: name, ...problem }));
  });
}

type Problem = Omit<GateProblem, "environment">;

const bySetup = "`silo doctor --setup` mends it";

const absent: Problem = {
  problem: "it does not exist, and the first job to name it makes it open to every branch",
  fix: "`silo doctor --setup` makes it",
};

function problemsOf(seen: GitHubEnvironment, name: string, defaultBranch: string): Problem[] {
  const gate = gateOf(name, defaultBranch);
  const branches = name === "silo-plan" ? admitsTooLittle(seen, gate) : admitsTooMuch(seen, gate);
  if (!gate.needsReviewers || seen.reviewers.length > 0) return branches;
  const reviewers = {
    problem: "it has no required reviewers, so whatever waits for it goes through at once",
    fix: "`silo doctor --setup --reviewer LOGIN` (or ORG/TEAM) sets them",
  };
  return [...branches, reviewers];
}

/** Exactly one entry: `protected_branches` lets every branch in where no rule exists. */
function admitsTooMuch(seen: GitHubEnvironment, { branches }: Gate): Problem[] {
  const [wanted = ""] = branches;
  const [only, ...others] = seen.branches;
  const isExact =
    seen.branchPolicy === "custom" &&
    others.length === 0 &&
    only?.type === "branch" &&
    only.name === wanted;
  if (isExact) return [];
  return [{ problem: `it admits ${admitted(seen)} instead of ${wanted} alone`, fix: bySetup }];
}

function admitsTooLittle(seen: GitHubEnvironment, { branches }: Gate): Problem[] {
  if (seen.branchPolicy === undefined) return [];
  const missing = branches.filter(
    (branch) => !seen.branches.some(({ name, type }) => type === "branch" && name === branch),
  );
  if (missing.length === 0) return [];
  return [{ problem: `it does not admit ${missing.join(", ")}`, fix: bySetup }];
}

function admitted({ branchPolicy, branches }: GitHubEnvironment): string {
  if (branchPolicy === undefined) return "every branch";
  if (branchPolicy === "protected") return "every protected branch";
  if (branches.length === 0) return "no branch";
  return branches.map(({ name, type }) => (type === "tag" ? `the tag ${name}` : name)).join(", ");
}
