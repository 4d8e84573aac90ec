/** What guards a branch: a ruleset, the older branch protection, the code owners of its files. */

import { isApiError } from "#silo/errors.ts";
import type { BranchGuards } from "#world/github.ts";
import { flag, list, number, object, optional, shapeOf, word } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { GitHubCalls } from "./call.ts";
import { readFiles } from "./files.ts";

const token = "SILO_SECRETS_TOKEN";

/** Where GitHub looks for the file; the first that is there counts. */
const codeOwnersFiles = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/** What may not be seen counts as unguarded. */
export async function branchGuards(
  calls: GitHubCalls,
  repo: string,
  branch: string,
): Promise<BranchGuards> {
  const byRules = await rulesetAsks(calls, repo, branch);
  const isEnough = byRules?.review === true && byRules.codeOwnerReview;
  const byProtection = isEnough ? none : await protectionAsks(calls, repo, branch);
  const asked = [byRules, byProtection];
  const review = asked.some((one) => one?.review);
  const codeOwnerReview = asked.some((one) => one?.review && one.codeOwnerReview);
  return {
    review,
    codeOwnerReview,
    codeOwners: codeOwnerReview ? await readCodeOwners(calls, repo, branch) : undefined,
    byRuleset: isEnough,
    isUnseen: asked.includes(undefined),
  };
}

type Asked = Pick<BranchGuards, "review" | "codeOwnerReview">;

const none: Asked = { review: false, codeOwnerReview: false };

const readRule = shapeOf<{ type?: string; parameters?: object }>({
  type: optional(word),
  parameters: optional(object),
});

/** A ruleset and a protection have a word of their own for the same. */
const readReviews = shapeOf<{
  required_approving_review_count?: number;
  require_code_owner_review?: boolean;
  require_code_owner_reviews?: boolean;
}>({
  required_approving_review_count: optional(number),
  require_code_owner_review: optional(flag),
  require_code_owner_reviews: optional(flag),
});

function askedBy(rules: unknown): Asked {
  const read = readReviews(rules, "reviews");
  return {
    review: (read.required_approving_review_count ?? 0) > 0,
    codeOwnerReview: (read.require_code_owner_review ?? read.require_code_owner_reviews) === true,
  };
}

/** `undefined` for what may not be seen. */
async function rulesetAsks(
  calls: GitHubCalls,
  repo: string,
  branch: string,
): Promise<Asked | undefined> {
  const asked = calls.call({
    repo,
    token,
    operation: `read the rules of ${branch} of ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/rules/branches/{branch}", { ...at, branch }),
    read: ({ body }) => list(readRule)(body, "rules"),
  });
  const rules = await ifToBeSeen(absentIfMissing(calls, { repo, token }, asked), []);
  if (rules === "unseen") return undefined;
  const each = rules
    .filter(({ type, parameters }) => type === "pull_request" && parameters !== undefined)
    .map(({ parameters }) => askedBy(parameters));
  return {
    review: each.some(({ review }) => review),
    codeOwnerReview: each.some(({ review, codeOwnerReview }) => review && codeOwnerReview),
  };
}

async function protectionAsks(
  calls: GitHubCalls,
  repo: string,
  branch: string,
): Promise<Asked | undefined> {
  const asked = calls.call({
    repo,
    token,
    operation: `read the protection of ${branch} of ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/branches/{branch}/protection", { ...at, branch }),
    read: ({ body }) => object(body, "the protection").required_pull_request_reviews,
  });
  const reviews = await ifToBeSeen(absentIfMissing(calls, { repo, token }, asked), null);
  if (reviews === "unseen") return undefined;
  return typeof reviews === "object" && reviews !== null ? askedBy(reviews) : none;
}

async function readCodeOwners(
  calls: GitHubCalls,
  repo: string,
  branch: string,
): Promise<string | undefined> {
  const texts = await readFiles(calls, repo, `refs/heads/${branch}`, codeOwnersFiles, token);
  return codeOwnersFiles.map((path) => texts.get(path)).find((text) => text !== undefined);
}

/** Some of it only an administrator may read, and some plans have none of it. */
async function ifToBeSeen<T>(asked: Promise<T | undefined>, absent: T): Promise<T | "unseen"> {
  try {
    return (await asked) ?? absent;
  } catch (error) {
    if (isApiError(error, "not_in_plan")) return absent;
    if (isApiError(error, "forbidden")) return "unseen";
    throw error;
  }
}
