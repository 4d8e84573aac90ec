import { entryAt } from "./files.ts";
import type { GitStore } from "./objects.ts";

/**
 * Commits from the newest to the oldest, those that changed a path only if one is given. As `git log`
 * does, a merge is followed to the side that it is like, and else to its first parent.
 */
export function historyOf(git: GitStore, head: string, path: string | undefined): string[] {
  const found: string[] = [];
  let sha: string | undefined = head;
  while (sha !== undefined) {
    const { follow, isChange } = stepBack(git, sha, path);
    if (isChange) found.push(sha);
    sha = follow;
  }
  return found;
}

function stepBack(git: GitStore, sha: string, path: string | undefined) {
  const parents = git.commits.get(sha)?.parents ?? [];
  if (path === undefined) return { follow: parents[0], isChange: true };
  const entry = entryOf(git, sha, path);
  const same = parents.find((parent) => entryOf(git, parent, path) === entry);
  const isNothing = parents.length === 0 && entry === undefined;
  return { follow: same ?? parents[0], isChange: same === undefined && !isNothing };
}

const entryOf = (git: GitStore, sha: string, path: string): string | undefined =>
  entryAt(git, git.commits.get(sha)?.tree ?? "", path)?.sha;
