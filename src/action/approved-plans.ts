/**
 * The plans that were shown in the pull requests of a push. A comment is believed only if it hashes to
 * the digest that a status of the pull request's head carries: whoever may edit a comment could else
 * approve what nobody has seen.
 */

import type { GitHubConnection } from "#commands/types.ts";
import type { GitHubPull } from "#world/github.ts";
import type { Event } from "./event.ts";
import { objectAt, textAt } from "./json.ts";
import { digestIn, planContext } from "./plan-status.ts";
import { sealedIn } from "./say-on-pull.ts";
import { openPlan, type SealedPlan } from "./sealed-plan.ts";
import { findComment, markerOf } from "./sticky-comment.ts";

export interface ApprovedPlans {
  readonly pulls: readonly number[];
  /** By silo. */
  readonly plans: ReadonlyMap<string, SealedPlan[number]>;
  /** Digests that a status of a merged head, or of the pushed commit (a merge queue's), carries. */
  readonly digests: ReadonlySet<string>;
}

/** A push of more commits is looked at by its last ones. */
const mostCommits = 20;

export async function approvedPlans(
  connection: GitHubConnection,
  event: Event,
  silosDir: string,
): Promise<ApprovedPlans> {
  const pulls = await mergedPulls(connection, event);
  const plans = new Map<string, SealedPlan[number]>();
  const digests = new Set<string>();
  for (const { number, headSha } of pulls) {
    const digest = await statedDigest(connection, headSha);
    if (digest === undefined) continue;
    digests.add(digest);
    const comment = await findComment({ ...connection, issue: number }, markerOf(silosDir));
    const sealed = comment && sealedIn(comment.body);
    for (const plan of (sealed && (await openPlan(sealed, digest))) || [])
      plans.set(plan.silo, plan);
  }
  const queued = await statedDigest(connection, event.sha);
  if (queued !== undefined) digests.add(queued);
  return { pulls: pulls.map(({ number }) => number), plans, digests };
}

async function mergedPulls(
  { github, repository }: GitHubConnection,
  { payload, sha, defaultBranch }: Event,
): Promise<readonly GitHubPull[]> {
  const listed: readonly unknown[] = Array.isArray(payload.commits) ? payload.commits : [];
  const commits = listed.map((one) => textAt(objectAt(one), "id")).filter((id) => id !== undefined);
  const found = new Map<number, GitHubPull>();
  for (const commit of new Set([...commits.slice(-mostCommits), sha])) {
    for (const pull of await github.pullsOfCommit(repository, commit)) {
      if (pull.isMerged && pull.base === defaultBranch) found.set(pull.number, pull);
    }
  }
  return [...found.values()].sort((a, b) => a.number - b.number);
}

/** Of the newest status that this workflow's own token set: a person's would be an opinion. */
async function statedDigest(
  { github, repository }: GitHubConnection,
  sha: string,
): Promise<string | undefined> {
  const statuses = await github.listCommitStatuses(repository, sha);
  const ours = statuses.filter(({ context }) => context === planContext);
  if (ours.length === 0) return undefined;
  const me = await github.viewer(repository);
  const newest = ours.find(({ creator }) => creator === me || creator === `${me}[bot]`);
  return newest?.state === "success" ? digestIn(newest.description) : undefined;
}
