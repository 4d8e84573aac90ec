/** Reads an environment, whose rules come as a list of what is set. */

import type { GitHubEnvironment, GitHubReviewer } from "#world/github.ts";
import { flag, type Json, list, number, object, ShapeError, word } from "../shape.ts";

export type EnvironmentRules = Omit<GitHubEnvironment, "branches">;

export function readEnvironment(value: unknown, what: string): EnvironmentRules {
  const body = object(value, what);
  const rules = list(object)(body.protection_rules ?? null, `${what}.protection_rules`);
  const review = rules.find(({ type }) => type === "required_reviewers");
  const wait = rules.find(({ type }) => type === "wait_timer");
  return {
    name: word(body.name, `${what}.name`),
    reviewers: list(readReviewer)(review?.reviewers ?? null, "reviewers"),
    preventSelfReview: flag(review?.prevent_self_review ?? false, "prevent_self_review"),
    waitMinutes: number(wait?.wait_timer ?? 0, "wait_timer"),
    branchPolicy: branchPolicyOf(body),
  };
}

/** A policy that says neither is one that we do not know: better an error than a wrong answer. */
function branchPolicyOf(body: Json): GitHubEnvironment["branchPolicy"] {
  const policy = body.deployment_branch_policy;
  if (policy === undefined || policy === null) return undefined;
  const { protected_branches, custom_branch_policies } = object(policy, "the branch policy");
  if (flag(custom_branch_policies, "custom_branch_policies")) return "custom";
  if (flag(protected_branches, "protected_branches")) return "protected";
  throw new ShapeError("the branch policy is neither protected nor custom");
}

function readReviewer(value: unknown, what: string): GitHubReviewer {
  const { type, reviewer } = object(value, what);
  if (type !== "User" && type !== "Team") throw new ShapeError(`${what} is neither user nor team`);
  return { type, id: number(object(reviewer, `${what}.reviewer`).id, `${what}.reviewer.id`) };
}
