/** Trees seen as files by their whole path, and back. */

import { addTree, type GitStore, type TreeEntry } from "./objects.ts";

export interface FileEntry {
  readonly mode: string;
  readonly type: "blob" | "commit";
  readonly sha: string;
}

/** Every file below a tree; `undefined` when there is no such tree. */
export function filesOf(git: GitStore, tree: string): Map<string, FileEntry> | undefined {
  const entries = git.trees.get(tree);
  if (!entries) return undefined;
  const files = new Map<string, FileEntry>();
  for (const { name, mode, type, sha } of entries) {
    if (type !== "tree") files.set(name, { mode, type, sha });
    else for (const [path, file] of filesOf(git, sha) ?? []) files.set(`${name}/${path}`, file);
  }
  return files;
}

/** The tree of these files; empty folders vanish, as in git. */
export function treeOf(git: GitStore, files: ReadonlyMap<string, FileEntry>): string {
  const entries: TreeEntry[] = [];
  const folders = new Map<string, Map<string, FileEntry>>();
  for (const [path, file] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) entries.push({ name: path, ...file });
    else {
      const folder = path.slice(0, slash);
      const inside = folders.get(folder) ?? new Map<string, FileEntry>();
      folders.set(folder, inside.set(path.slice(slash + 1), file));
    }
  }
  for (const [name, inside] of folders) {
    entries.push({ name, mode: "040000", type: "tree", sha: treeOf(git, inside) });
  }
  return addTree(git, entries);
}

/** What lies at a path of a tree; the empty path is the tree itself. */
export function entryAt(git: GitStore, tree: string, path: string): TreeEntry | undefined {
  let entry: TreeEntry = { name: "", mode: "040000", type: "tree", sha: tree };
  for (const name of path.split("/").filter((part) => part !== "")) {
    const found = git.trees.get(entry.sha)?.find((child) => child.name === name);
    if (entry.type !== "tree" || !found) return undefined;
    entry = found;
  }
  return entry;
}
