import { expect, it } from "vitest";
import { gateProblems } from "#state/gates.ts";
import type { GitHubEnvironment } from "#world/github.ts";

const anEnvironment = (more: Partial<GitHubEnvironment> = {}): GitHubEnvironment => ({
  name: "any",
  reviewers: [],
  preventSelfReview: false,
  waitMinutes: 0,
  branchPolicy: "custom",
  branches: [{ name: "main", type: "branch" }],
  ...more,
});

const problems = (name: string, seen: GitHubEnvironment | undefined) =>
  gateProblems(new Map([[name, seen]]), "main").map(({ problem }) => problem);

const reviewers = [{ type: "User", id: 1 }] as const;
const planBranches = ["main", "refs/pull/*/merge", "gh-readonly-queue/main/*"].map((name) => ({
  name,
  type: "branch" as const,
}));

it.each([
  ["silo-manager", anEnvironment()],
  ["silo-operate", anEnvironment()],
  ["silo-acme-erp-devops", anEnvironment({ reviewers })],
  ["silo-approve", anEnvironment({ reviewers })],
  ["silo-plan", anEnvironment({ branches: planBranches })],
  ["silo-plan", anEnvironment({ branchPolicy: undefined, branches: [] })],
])("%s as it is to be", (name, seen) => {
  expect(problems(name, seen)).toEqual([]);
});

it.each([
  ["is not there", "silo-manager", undefined, /does not exist/],
  [
    "admits every branch",
    "silo-manager",
    anEnvironment({ branchPolicy: undefined, branches: [] }),
    /every branch instead of main alone/,
  ],
  [
    "admits protected branches, which may be all of them",
    "silo-operate",
    anEnvironment({ branchPolicy: "protected", branches: [] }),
    /every protected branch/,
  ],
  [
    "admits a tag of that name",
    "silo-manager",
    anEnvironment({ branches: [{ name: "main", type: "tag" }] }),
    /the tag main/,
  ],
  [
    "admits another branch",
    "silo-acme-erp-devops",
    anEnvironment({ branches: [{ name: "mai*", type: "branch" }] }),
    /mai\*/,
  ],
  [
    "admits one more",
    "silo-manager",
    anEnvironment({ branches: planBranches.slice(0, 2) }),
    /main, refs\/pull/,
  ],
  ["admits nothing", "silo-manager", anEnvironment({ branches: [] }), /no branch/],
  ["has nobody who approves", "silo-approve", anEnvironment(), /no required reviewers/],
  [
    "admits every branch to be approved",
    "silo-approve",
    anEnvironment({ reviewers, branchPolicy: undefined }),
    /every branch/,
  ],
  ["keeps pull requests out", "silo-plan", anEnvironment(), /does not admit refs\/pull/],
  [
    "keeps the queue out",
    "silo-plan",
    anEnvironment({ branches: planBranches.slice(0, 2) }),
    /does not admit gh-readonly-queue\/main/,
  ],
])("one that %s", (_what, name, seen, expected) => {
  expect(problems(name, seen)).toEqual([expect.stringMatching(expected)]);
});
