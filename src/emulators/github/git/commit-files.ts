/** A commit of changed files on top of another one, as GitHub makes it in the name of a token. */

import type { User } from "../entities.ts";
import { filesOf, treeOf } from "./files.ts";
import { addBlob, addCommit, type GitStore } from "./objects.ts";

export interface FileChanges {
  readonly additions: ReadonlyMap<string, Buffer>;
  readonly deletions: readonly string[];
}

export function commitFiles(
  git: GitStore,
  how: {
    readonly parent: string;
    readonly changes: FileChanges;
    readonly message: string;
    readonly user: User;
    readonly atMs: number;
  },
): string {
  const files = filesOf(git, git.commits.get(how.parent)?.tree ?? "") ?? new Map();
  for (const path of how.changes.deletions) files.delete(path);
  for (const [path, content] of how.changes.additions) {
    const mode = files.get(path)?.mode ?? "100644";
    files.set(path, { mode, type: "blob", sha: addBlob(git, content) });
  }
  const at = Math.floor(how.atMs / 1_000);
  const { login, id } = how.user;
  return addCommit(git, {
    tree: treeOf(git, files),
    parents: [how.parent],
    author: { name: login, email: `${id}+${login}@users.noreply.github.com`, at },
    committer: { name: "GitHub", email: "noreply@github.com", at },
    message: how.message,
    verified: true,
  });
}

/** Whether git could hold it: relative, and nothing that climbs. */
export function isFilePath(path: string): boolean {
  return path !== "" && path.split("/").every((part) => !["", ".", "..", ".git"].includes(part));
}
