/**
 * Where something is handed out. An environment is made and restricted before it is first named;
 * sensitive rows are written only where code owners guard them.
 */

import { isApiError, Refused } from "#silo/errors.ts";
import type { Withheld } from "#silo/handed-out.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { DeliveredField, DeliveryPlace, DesiredDelivery } from "#state/delivery.ts";
import { gateProblems } from "#state/gates.ts";
import { noEnvironments, placeOn, whyOpen } from "#state/observe-github.ts";
import type { StandingPlace } from "#state/standing.ts";
import type { GitHubReads, GitHubWrites } from "#world/github.ts";
import type { StepWorld } from "./types.ts";

/** Makes the place ready; a reason when it cannot be. */
export async function whyNot(
  github: GitHubWrites,
  delivery: DesiredDelivery,
  target: DeliveryPlace,
): Promise<{ readonly reason: Withheld; readonly text: string } | undefined> {
  const { repository } = delivery;
  const { place } = target;
  if (place.kind === "repository") return undefined;
  const { defaultBranch } = await github.repository(repository);
  const open = await whyOpen(github, delivery, target);
  if (open !== undefined) return { reason: "unguarded", text: open };
  try {
    await github.restrictEnvironment(repository, place.environment, { branches: [defaultBranch] });
  } catch (error) {
    if (!isApiError(error, "not_in_plan")) throw error;
    return { reason: "no-environments", text: noEnvironments(repository) };
  }
  await assertRestricted(github, repository, place.environment, defaultBranch);
  return undefined;
}

/** Trusted only after it was read. */
async function assertRestricted(
  github: GitHubReads,
  repository: string,
  environment: string,
  branch: string,
): Promise<void> {
  const seen = await github.getEnvironment(repository, environment);
  const [problem] = gateProblems(new Map([[environment, seen]]), branch);
  if (problem === undefined) return;
  throw new Refused(`The environment ${environment} of ${repository}: ${problem.problem}`, {
    exitCode: 4,
    fix: `let it admit only the branch ${branch}, or delete it`,
  });
}

/** Of the record: some of it may be out. */
export const pending = "pending";

/** Against the record an empty list is no proof of absence: then each is deleted by its name. */
export function standsMaybe(record: SiloRecord | undefined, { id }: DeliveryPlace) {
  const wasGiven = record?.handed[id] !== undefined || record?.delivered === pending;
  return (list: ReadonlyMap<string, unknown> | undefined, name: string): boolean =>
    list !== undefined && (list.has(name) || (wasGiven && list.size === 0));
}

/** What stands there and is lost; an environment that is gone holds nothing. */
export async function takeBack(
  github: GitHubWrites,
  repository: string,
  target: DeliveryPlace,
  record: SiloRecord | undefined,
  isLost: (field: DeliveredField) => boolean = () => true,
): Promise<StandingPlace | undefined> {
  const seen = await placeOn(github, repository, target);
  if (seen === undefined) return undefined;
  const mayStand = standsMaybe(record, target);
  for (const { name } of target.secrets.filter(isLost)) {
    if (mayStand(seen.secrets, name)) await github.deleteSecret(repository, target.place, name);
  }
  for (const { name } of target.variables.filter(isLost)) {
    if (mayStand(seen.variables, name)) await github.deleteVariable(repository, target.place, name);
  }
  return seen;
}

export function githubOf({ github }: Pick<StepWorld, "github">): GitHubWrites {
  if (github) return github;
  throw new Refused("GitHub cannot be reached without GITHUB_REPOSITORY and GITHUB_TOKEN", {
    exitCode: 2,
    fix: "run it in a workflow of the repository, or set both",
  });
}
