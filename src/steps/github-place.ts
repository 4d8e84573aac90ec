/**
 * Where something is handed out. An environment is made and restricted before it is first named;
 * sensitive rows are written only where a review guards them.
 */

import { isApiError, Refused } from "#silo/errors.ts";
import type { DeliveryPlace, DesiredDelivery } from "#state/delivery.ts";
import type { GitHubReads, GitHubWrites } from "#world/github.ts";
import type { StepWorld } from "./types.ts";

/** Makes the place ready; a reason when it cannot be. */
export async function whyNot(
  github: GitHubWrites,
  { repository, allowUnprotected }: DesiredDelivery,
  { place, isSensitive }: DeliveryPlace,
): Promise<string | undefined> {
  if (place.kind === "repository") return undefined;
  const { defaultBranch } = await github.repository(repository);
  const isGuarded =
    !isSensitive || allowUnprotected || (await github.branchNeedsReview(repository, defaultBranch));
  if (!isGuarded) return `${repository} asks for no review on ${defaultBranch}`;
  try {
    await github.restrictEnvironment(repository, place.environment, { branches: [defaultBranch] });
  } catch (error) {
    if (isApiError(error, "not_in_plan")) return `${repository} has no environments on its plan`;
    throw error;
  }
  await assertRestricted(github, repository, place.environment, defaultBranch);
  return undefined;
}

/** Trusted only after it was read: exactly one entry, of type branch, the default branch. */
async function assertRestricted(
  github: GitHubReads,
  repository: string,
  environment: string,
  branch: string,
): Promise<void> {
  const seen = await github.getEnvironment(repository, environment);
  const [only, ...others] = seen?.branches ?? [];
  const isClosed =
    seen?.branchPolicy === "custom" &&
    others.length === 0 &&
    only?.type === "branch" &&
    only.name === branch;
  if (isClosed) return;
  throw new Refused(`The environment ${environment} of ${repository} admits more than ${branch}`, {
    exitCode: 4,
    fix: `let it admit only the branch ${branch}, or delete it`,
  });
}

export function githubOf({ github }: Pick<StepWorld, "github">): GitHubWrites {
  if (github) return github;
  throw new Refused("GitHub cannot be reached without GITHUB_REPOSITORY and GITHUB_TOKEN", {
    exitCode: 2,
    fix: "run it in a workflow of the repository, or set both",
  });
}
