/** Issues and pull requests share their numbers. */

import { idParam, type RepoCall } from "./call.ts";
import type { IssueRow, PullRow, RepoRow, User } from "./entities.ts";
import { notFound } from "./errors.ts";
import { compareCommits } from "./git/compare.ts";
import { blobContent } from "./git/objects.ts";
import { branchRef } from "./git/revisions.ts";
import type { Hub } from "./hub.ts";
import { pushFiles } from "./push-files.ts";

export function addIssue(
  repo: RepoRow,
  given: {
    readonly title: string;
    readonly body: string | null;
    readonly user: User;
    readonly labels?: readonly string[];
    readonly pull?: PullRow;
  },
  hub: Hub,
): IssueRow {
  const now = hub.clock.now();
  const row: IssueRow = {
    id: hub.nextId(),
    number: repo.issues.size + 1,
    title: given.title,
    body: given.body,
    state: "open",
    stateReason: null,
    labels: given.labels ?? [],
    user: given.user,
    createdMs: now,
    updatedMs: now,
    closedMs: null,
    pull: given.pull ?? null,
  };
  repo.issues.set(row.number, row);
  return row;
}

export function issueIn(call: RepoCall): IssueRow {
  const found = call.repo.issues.get(idParam(call, "issue"));
  if (!found) throw notFound();
  return found;
}

export function setState(row: IssueRow, state: IssueRow["state"], at: number): void {
  if (row.state === state) return;
  row.state = state;
  row.closedMs = state === "closed" ? at : null;
}

/** The changes of its branch come to the base branch, which may have moved on. */
export function mergePull(repo: RepoRow, number: number, hub: Hub): void {
  const row = repo.issues.get(number);
  if (!row?.pull || row.state !== "open")
    throw new Error(`There is no open pull request ${number}`);
  const { baseRef, baseSha, headRef, headSha } = row.pull;
  const head = repo.git.refs.get(branchRef(headRef)) ?? headSha;
  const files = compareCommits(repo.git, baseSha, head).map(({ path, status, sha }) => [
    path,
    status === "removed" ? null : blobContent(repo.git, sha).toString("utf8"),
  ]);
  const atMs = hub.clock.now();
  const sha = pushFiles(repo.git, hub, { branch: baseRef, files: Object.fromEntries(files) });
  row.pull = { ...row.pull, headSha: head, merge: { sha, atMs } };
  setState(row, "closed", atMs);
}
