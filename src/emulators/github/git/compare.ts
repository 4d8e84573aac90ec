import { filesOf } from "./files.ts";
import { blobContent, type GitStore } from "./objects.ts";

export interface FileChange {
  readonly path: string;
  readonly status: "added" | "modified" | "removed";
  readonly sha: string;
  /** Lines. */
  readonly additions: number;
  readonly deletions: number;
}

/** What changed between two commits, by path; a moved file is one removed and one added. */
export function compareCommits(git: GitStore, base: string, head: string): readonly FileChange[] {
  const filesAt = (sha: string) => filesOf(git, git.commits.get(sha)?.tree ?? "") ?? new Map();
  const before = filesAt(base);
  const after = filesAt(head);
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths.flatMap((path): FileChange[] => {
    const old = before.get(path)?.sha;
    const now = after.get(path)?.sha;
    if (old === now) return [];
    const oldLines = linesOf(git, old);
    const newLines = linesOf(git, now);
    return [
      {
        path,
        status: old === undefined ? "added" : now === undefined ? "removed" : "modified",
        sha: now ?? old ?? "",
        additions: newLines.filter((line) => !oldLines.includes(line)).length,
        deletions: oldLines.filter((line) => !newLines.includes(line)).length,
      },
    ];
  });
}

function linesOf(git: GitStore, sha: string | undefined): readonly string[] {
  if (sha === undefined) return [];
  return blobContent(git, sha).toString("utf8").replace(/\n$/, "").split("\n");
}
