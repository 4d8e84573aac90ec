/** Trees as the git database takes and shows them. */

import { isRecord, type RepoCall, requiredText, text } from "../call.ts";
import type { RepoRow } from "../entities.ts";
import { unprocessable } from "../errors.ts";
import { isFilePath } from "../git/commit-files.ts";
import { type FileEntry, filesOf } from "../git/files.ts";
import { addBlob, blobContent, type TreeEntry } from "../git/objects.ts";
import { repoUrl } from "../views/repository.ts";

/** Lays the entries over the files; a `sha` of null takes a file away. */
export function readEntries(
  repo: RepoRow,
  entries: readonly unknown[],
  files: Map<string, FileEntry>,
): void {
  for (const entry of entries) {
    if (!isRecord(entry)) throw unprocessable("Invalid tree info");
    const path = requiredText(entry, "path");
    if (!isFilePath(path)) throw unprocessable("tree.path contains a malformed path component");
    const content = text(entry, "content");
    if (entry.sha === null && content === undefined) remove(files, path);
    else addEntry(repo, entry, { path, content, files });
  }
}

function addEntry(
  { git }: RepoRow,
  entry: Readonly<Record<string, unknown>>,
  {
    path,
    content,
    files,
  }: { path: string; content: string | undefined; files: Map<string, FileEntry> },
): void {
  const given = text(entry, "sha");
  if ((given === undefined) === (content === undefined)) {
    throw unprocessable("Must supply either tree.sha or tree.content, and not both");
  }
  const sha = content === undefined ? (given ?? "") : addBlob(git, Buffer.from(content));
  const inside = filesOf(git, sha);
  if (inside) {
    remove(files, path);
    for (const [name, file] of inside) files.set(`${path}/${name}`, file);
  } else if (git.blobs.has(sha)) {
    files.set(path, { mode: text(entry, "mode") ?? "100644", type: "blob", sha });
  } else throw unprocessable(`tree.sha ${sha} is not a valid ${text(entry, "type") ?? "blob"}`);
}

function remove(files: Map<string, FileEntry>, path: string): void {
  for (const name of [...files.keys()]) {
    if (name === path || name.startsWith(`${path}/`)) files.delete(name);
  }
}

export function gitTreeView(sha: string, { repo, base }: RepoCall, recursive = false) {
  const git = `${repoUrl(repo, base)}/git`;
  const walk = (tree: string, prefix: string): readonly object[] =>
    (repo.git.trees.get(tree) ?? []).flatMap((entry) => [
      view(entry, prefix + entry.name),
      ...(recursive && entry.type === "tree" ? walk(entry.sha, `${prefix}${entry.name}/`) : []),
    ]);
  const view = ({ mode, type, sha: one }: TreeEntry, path: string) => ({
    path,
    mode,
    type,
    sha: one,
    ...(type === "blob" && { size: blobContent(repo.git, one).length }),
    url: `${git}/${type}s/${one}`,
  });
  return { sha, url: `${git}/trees/${sha}`, tree: walk(sha, ""), truncated: false };
}
