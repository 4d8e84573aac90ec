/** Heads of branches, and branches that begin with nothing. */

import { ApiError, isApiError } from "#silo/errors.ts";
import { list, object, word } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { GitHubCalls } from "./call.ts";

const token = "GITHUB_TOKEN";

export async function getBranchHead(
  calls: GitHubCalls,
  repo: string,
  branch: string,
): Promise<string | undefined> {
  const asked = calls.call({
    repo,
    token,
    operation: `read the branch ${branch} of ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: `heads/${branch}` }),
    read: ({ body }) => readHead(body),
  });
  try {
    return await absentIfMissing(calls, { repo, token }, asked);
  } catch (error) {
    // A repository without any commit has no branch either.
    if (isApiError(error, "conflict") && /empty/i.test(error.message)) return undefined;
    throw error;
  }
}

export function listBranches(
  calls: GitHubCalls,
  repo: string,
  prefix: string,
): Promise<readonly string[]> {
  return calls.call({
    repo,
    token,
    operation: `list the branches ${prefix}* of ${repo}`,
    effect: "read",
    // It is not paged.
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", {
        ...at,
        ref: `heads/${prefix}`,
      }),
    read: ({ body }) =>
      list((value, what) => word(object(value, what).ref, `${what}.ref`))(body, "refs").map((ref) =>
        ref.replace(/^refs\/heads\//, ""),
      ),
  });
}

export async function deleteBranch(
  calls: GitHubCalls,
  repo: string,
  branch: string,
): Promise<void> {
  try {
    await calls.call({
      repo,
      token,
      operation: `delete the branch ${branch} of ${repo}`,
      effect: "repeatable",
      send: (request, at) =>
        request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", { ...at, ref: `heads/${branch}` }),
      read: () => undefined,
    });
  } catch (error) {
    if ((await getBranchHead(calls, repo, branch)) !== undefined) throw error;
  }
}

/** Looked for first and after every doubt, so that two who make it agree on one. */
export async function ensureBranch(
  calls: GitHubCalls,
  repo: string,
  branch: string,
): Promise<string> {
  const there = await getBranchHead(calls, repo, branch);
  if (there !== undefined) return there;
  return createBranch(calls, repo, branch, await createRoot(calls, repo, branch));
}

/** Of two who make it one gets it, and both its head. */
export async function createBranch(
  calls: GitHubCalls,
  repo: string,
  branch: string,
  sha: string,
): Promise<string> {
  try {
    return await createRef(calls, repo, branch, sha);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { ambiguous, category } = error.facts;
    const made =
      ambiguous || category === "already_exists"
        ? await getBranchHead(calls, repo, branch)
        : undefined;
    if (made === undefined) throw error;
    return made;
  }
}

/** GitHub makes no empty tree, so the branch begins with a file that says what it is for. */
const readme = "This branch is written by silo-manager. It shares no history with the others.\n";

/** A tree and a commit more that no branch has would do no harm. */
async function createRoot(calls: GitHubCalls, repo: string, branch: string): Promise<string> {
  const operation = `make the first commit of branch ${branch} of ${repo}`;
  const asked = { repo, token, operation, effect: "repeatable" } as const;
  const entry = { path: "README.md", mode: "100644", type: "blob", content: readme } as const;
  const tree = await calls.call({
    ...asked,
    send: (request, at) =>
      request("POST /repos/{owner}/{repo}/git/trees", { ...at, tree: [entry] }),
    read: ({ body }) => word(object(body, "the tree").sha, "the tree's sha"),
  });
  return calls.call({
    ...asked,
    send: (request, at) =>
      request("POST /repos/{owner}/{repo}/git/commits", {
        ...at,
        message: `Begin ${branch}`,
        tree,
        parents: [],
      }),
    read: ({ body }) => word(object(body, "the commit").sha, "the commit's sha"),
  });
}

function createRef(calls: GitHubCalls, repo: string, branch: string, sha: string): Promise<string> {
  return calls.call({
    repo,
    token,
    operation: `create the branch ${branch} of ${repo}`,
    effect: "once",
    send: (request, at) =>
      request("POST /repos/{owner}/{repo}/git/refs", { ...at, ref: `refs/heads/${branch}`, sha }),
    read: ({ body }) => readHead(body),
  });
}

function readHead(body: unknown): string {
  return word(object(object(body, "the ref").object, "the ref's object").sha, "the ref's sha");
}
