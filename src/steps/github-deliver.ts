/**
 * Handing out, while a silo runs: each role's row of the access matrix at the place only that role
 * can read. An environment is made and restricted before it is first named; sensitive rows are
 * written only where a review guards them.
 */

import { digestOf } from "#silo/canonical-json.ts";
import { isApiError, Refused } from "#silo/errors.ts";
import { keys, type SiloRecord } from "#silo/record.ts";
import { Secret } from "#silo/secret.ts";
import { connectionInfo } from "#state/connection-info.ts";
import type { DeliveryPlace, DesiredDelivery } from "#state/delivery.ts";
import type { Situation } from "#state/situation.ts";
import type { GitHubReads, GitHubWrites } from "#world/github.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { handOutTimeoutMs } from "./github-patience.ts";
import { patchRecord } from "./record-open.ts";
import type { StepWorld } from "./types.ts";

export const githubDeliver: StepRule = (situation, soFar) => {
  const { delivery, power, record, silo } = situation;
  if (!delivery?.isReachable || power.state !== "running") return [];
  if (!isDue(situation, delivery, record)) return [];
  const ready = soFar
    .filter(({ kind }) => kind === "ready-wait" || kind === "github-withdraw")
    .map(({ key }) => key);
  const writes = delivery.places.map((place) => ({
    ...siloStep(situation, `github-write-${place.label}`, {
      effect: "update",
      text: `Hand out ${placeText(place)} in ${delivery.repository}`,
      after: ready,
      timeoutMs: handOutTimeoutMs,
      run: (world) => write(world, situation, delivery, place),
    }),
    kind: "github-write",
  }));
  const mark = siloStep(situation, "github-mark", {
    effect: "record",
    text: `Record what ${silo.slug} has handed out`,
    after: writes.map(({ key }) => key),
    run: (world) =>
      patchRecord(world, situation, { [keys.delivered]: deliveredDigest(delivery, record) }),
  });
  return [...writes, mark];
};

/** After a withdrawal in the same run everything is due again. */
function isDue(
  { intent }: Situation,
  delivery: DesiredDelivery,
  record: SiloRecord | undefined,
): boolean {
  return intent.kind === "restart" || record?.delivered !== deliveredDigest(delivery, record);
}

export const deliveredDigest = (delivery: DesiredDelivery, record: SiloRecord | undefined) =>
  digestOf([delivery.digest, record?.generations.at(-1)?.number ?? 1]);

function placeText({ label, secrets, variables }: DeliveryPlace): string {
  const names = [...secrets, ...variables].map(({ field }) => field).join(", ");
  return label === "repository" ? names : `${names} in the environment ${label}`;
}

async function write(
  world: StepWorld,
  { silo, record }: Situation,
  delivery: DesiredDelivery,
  target: DeliveryPlace,
): Promise<void> {
  const github = githubOf(world);
  const { repository } = delivery;
  const reason = await whyNot(github, delivery, target);
  if (reason !== undefined) {
    return world.note(`${silo.slug}: nothing is handed out in ${target.label}: ${reason}`);
  }
  const info = connectionInfo(silo, await world.credentials(), record?.previewUrl);
  for (const { field, name } of target.secrets) {
    const value = info[field];
    if (value instanceof Secret) await github.putSecret(repository, target.place, name, value);
  }
  for (const { field, name } of target.variables) {
    const value = info[field];
    if (typeof value === "string") await github.putVariable(repository, target.place, name, value);
  }
}

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
