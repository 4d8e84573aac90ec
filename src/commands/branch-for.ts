import type { GitHubConnection } from "./types.ts";

/** Head of a branch, which is made from `base` unless it is there; `undefined` when `base` is not. */
export async function branchFor(
  { github, repository }: GitHubConnection,
  branch: string,
  base: string,
): Promise<string | undefined> {
  const there = await github.getBranchHead(repository, branch);
  if (there !== undefined) return there;
  const from = await github.getBranchHead(repository, base);
  return from === undefined ? undefined : github.createBranch(repository, branch, from);
}
