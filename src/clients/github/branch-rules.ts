/** Whether a review guards a branch: by a ruleset, or by the older branch protection. */

import { isApiError } from "#silo/errors.ts";
import { list, number, object, optional, shapeOf, word } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { GitHubCalls } from "./call.ts";

const token = "SILO_SECRETS_TOKEN";

/** What may not be seen counts as unguarded. */
export async function branchNeedsReview(
  calls: GitHubCalls,
  repo: string,
  branch: string,
): Promise<boolean> {
  return (await rulesetAsks(calls, repo, branch)) || (await protectionAsks(calls, repo, branch));
}

const readRule = shapeOf<{ type?: string; parameters?: object }>({
  type: optional(word),
  parameters: optional(object),
});

const readReviews = shapeOf<{ required_approving_review_count?: number }>({
  required_approving_review_count: optional(number),
});

const asksForReview = (rules: object | undefined): boolean =>
  rules !== undefined && (readReviews(rules, "reviews").required_approving_review_count ?? 0) > 0;

async function rulesetAsks(calls: GitHubCalls, repo: string, branch: string): Promise<boolean> {
  const asked = calls.call({
    repo,
    token,
    operation: `read the rules of ${branch} of ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/rules/branches/{branch}", { ...at, branch }),
    read: ({ body }) => list(readRule)(body, "rules"),
  });
  const rules = await ifToBeSeen(absentIfMissing(calls, { repo, token }, asked));
  return (rules ?? []).some(
    ({ type, parameters }) => type === "pull_request" && asksForReview(parameters),
  );
}

async function protectionAsks(calls: GitHubCalls, repo: string, branch: string): Promise<boolean> {
  const asked = calls.call({
    repo,
    token,
    operation: `read the protection of ${branch} of ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/branches/{branch}/protection", { ...at, branch }),
    read: ({ body }) => object(body, "the protection").required_pull_request_reviews,
  });
  const reviews = await ifToBeSeen(absentIfMissing(calls, { repo, token }, asked));
  return typeof reviews === "object" && reviews !== null && asksForReview(reviews);
}

/** Some of it only an administrator may read, and some plans have none of it. */
async function ifToBeSeen<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isApiError(error, "forbidden") || isApiError(error, "not_in_plan")) return undefined;
    throw error;
  }
}
