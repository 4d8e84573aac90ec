/** Git objects as git itself names them: blobs, trees and commits by the SHA-1 of their bytes. */

import { createHash } from "node:crypto";

export interface TreeEntry {
  readonly name: string;
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly sha: string;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  /** Seconds. */
  readonly at: number;
}

export interface CommitObject {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
  /** Made by GitHub in the name of a token: shown as verified. */
  readonly verified: boolean;
}

/** One repository's objects and references (`refs/heads/main` → commit). */
export interface GitStore {
  /** Content in base64. */
  readonly blobs: Map<string, string>;
  readonly trees: Map<string, readonly TreeEntry[]>;
  readonly commits: Map<string, CommitObject>;
  readonly refs: Map<string, string>;
}

export function emptyGit(): GitStore {
  return { blobs: new Map(), trees: new Map(), commits: new Map(), refs: new Map() };
}

export function addBlob(git: GitStore, content: Buffer): string {
  const sha = shaOf("blob", content);
  git.blobs.set(sha, content.toString("base64"));
  return sha;
}

export function blobContent(git: GitStore, sha: string): Buffer {
  return Buffer.from(git.blobs.get(sha) ?? "", "base64");
}

export function addTree(git: GitStore, entries: readonly TreeEntry[]): string {
  const sorted = entries.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const parts = sorted.map(({ mode, name, sha }) =>
    Buffer.concat([Buffer.from(`${mode.replace(/^0/, "")} ${name}\0`), Buffer.from(sha, "hex")]),
  );
  const sha = shaOf("tree", Buffer.concat(parts));
  git.trees.set(sha, sorted);
  return sha;
}

export function addCommit(git: GitStore, commit: CommitObject): string {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${personLine(commit.author)}`,
    `committer ${personLine(commit.committer)}`,
    "",
    commit.message,
  ];
  const sha = shaOf("commit", Buffer.from(lines.join("\n")));
  git.commits.set(sha, commit);
  return sha;
}

/** Whether `ancestor` is in the history of `sha`, which counts as its own ancestor. */
export function isAncestor(git: GitStore, ancestor: string, sha: string): boolean {
  const seen = new Set<string>();
  const open = [sha];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === ancestor) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(git.commits.get(next)?.parents ?? []));
  }
  return false;
}

function shaOf(type: string, content: Buffer): string {
  return createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest("hex");
}

/** Git sorts a folder as if its name ended in a slash. */
const sortKey = ({ name, type }: TreeEntry) => (type === "tree" ? `${name}/` : name);

const personLine = ({ name, email, at }: Person) => `${name} <${email}> ${at} +0000`;
