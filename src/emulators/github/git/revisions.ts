/** Names of commits: a branch, a tag, a full reference or a SHA. */

import type { RepoRow } from "../entities.ts";

/** `undefined` when it names no commit of the repository. */
export function resolveCommit(repo: RepoRow, revision: string): string | undefined {
  const { refs, commits } = repo.git;
  const name = revision === "HEAD" ? repo.defaultBranch : revision;
  for (const ref of [`refs/heads/${name}`, `refs/tags/${name}`, name, `refs/${name}`]) {
    const sha = refs.get(ref);
    if (sha !== undefined) return sha;
  }
  return commits.has(revision) ? revision : undefined;
}

export function treeOfCommit(repo: RepoRow, sha: string): string {
  return repo.git.commits.get(sha)?.tree ?? "";
}

export const branchRef = (branch: string) => `refs/heads/${branch}`;
