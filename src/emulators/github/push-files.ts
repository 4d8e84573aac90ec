/** What a person does with git on a machine of their own. */

import type { User } from "./entities.ts";
import { filesOf, treeOf } from "./git/files.ts";
import { addBlob, addCommit, type GitStore } from "./git/objects.ts";
import { branchRef } from "./git/revisions.ts";
import type { Hub } from "./hub.ts";

export const octocat: User = { login: "octocat", id: 583231, type: "User" };

/** A commit on top of the branch, or its first one; `null` removes a file. */
export function pushFiles(
  git: GitStore,
  hub: Hub,
  how: { readonly branch: string; readonly files: Readonly<Record<string, string | null>> },
): string {
  const parent = git.refs.get(branchRef(how.branch));
  const files = (parent && filesOf(git, git.commits.get(parent)?.tree ?? "")) || new Map();
  for (const [path, content] of Object.entries(how.files)) {
    if (content === null) files.delete(path);
    else files.set(path, { mode: "100644", type: "blob", sha: addBlob(git, Buffer.from(content)) });
  }
  const person = {
    name: octocat.login,
    email: "octocat@github.com",
    at: Math.floor(hub.clock.now() / 1_000),
  };
  const sha = addCommit(git, {
    tree: treeOf(git, files),
    parents: parent === undefined ? [] : [parent],
    author: person,
    committer: person,
    message: "Files",
    verified: false,
  });
  git.refs.set(branchRef(how.branch), sha);
  return sha;
}
