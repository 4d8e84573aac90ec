import type { User } from "../entities.ts";
import { filesOf, treeOf } from "./files.ts";
import { addCommit, type GitStore } from "./objects.ts";

/** A merge in which the own side wins where both have a file. */
export function mergeInto(
  git: GitStore,
  how: {
    readonly ours: string;
    readonly theirs: string;
    readonly message: string;
    readonly user: User;
    readonly atMs: number;
  },
): string {
  const filesAt = (sha: string) => filesOf(git, git.commits.get(sha)?.tree ?? "") ?? new Map();
  const files = new Map([...filesAt(how.theirs), ...filesAt(how.ours)]);
  const { login, id } = how.user;
  const at = Math.floor(how.atMs / 1_000);
  const person = { name: login, email: `${id}+${login}@users.noreply.github.com`, at };
  return addCommit(git, {
    tree: treeOf(git, files),
    parents: [how.ours, how.theirs],
    author: person,
    committer: person,
    message: how.message,
    verified: true,
  });
}
