import { ApiError } from "#silo/errors.ts";
import type { GitHubPull, GitHubWrites } from "#world/github.ts";
import { list, number, object, text, word } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";
import { readPages } from "./pages.ts";

const token = "GITHUB_TOKEN";

/** Those that brought a commit to a branch, or would. */
export function pullsOfCommit(
  calls: GitHubCalls,
  repo: string,
  sha: string,
): Promise<readonly GitHubPull[]> {
  return readPages(calls, {
    repo,
    token,
    operation: `list the pull requests of commit ${sha} of ${repo}`,
    send: (request, at, page) =>
      request("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", {
        ...at,
        ...page,
        commit_sha: sha,
      }),
    read: (body) => list(readPull)(body, "pull requests"),
    idOf: (pull) => pull.number,
  });
}

export function getPull(calls: GitHubCalls, repo: string, pull: number): Promise<GitHubPull> {
  return calls.call({
    repo,
    token,
    operation: `read the pull request ${pull} of ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, pull_number: pull }),
    read: ({ body }) => readPull(body, "the pull request"),
  });
}

export function pullsFrom(
  calls: GitHubCalls,
  repo: string,
  branch: string,
): Promise<readonly GitHubPull[]> {
  return readPages(calls, {
    repo,
    token,
    operation: `list the pull requests from ${branch} of ${repo}`,
    send: (request, at, page) =>
      request("GET /repos/{owner}/{repo}/pulls", {
        ...at,
        ...page,
        state: "all",
        head: `${at.owner}:${branch}`,
      }),
    read: (body) => list(readPull)(body, "pull requests"),
    idOf: (pull) => pull.number,
  });
}

/** Sent once: GitHub has one open pull request a branch, so after any doubt it is there to be found. */
export async function createPull(
  calls: GitHubCalls,
  repo: string,
  pull: Parameters<GitHubWrites["createPull"]>[1],
): Promise<number> {
  const found = async () =>
    (await pullsFrom(calls, repo, pull.head)).find(
      ({ isOpen, base }) => isOpen && base === pull.base,
    );
  const there = await found();
  if (there) return there.number;
  try {
    return await calls.call({
      repo,
      token,
      operation: `open a pull request from ${pull.head} of ${repo}`,
      effect: "once",
      weight: "notice",
      send: (request, at) => request("POST /repos/{owner}/{repo}/pulls", { ...at, ...pull }),
      read: ({ body }) => number(object(body, "the pull request").number, "its number"),
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { ambiguous, category } = error.facts;
    const made =
      ambiguous || category === "already_exists" || category === "invalid"
        ? await found()
        : undefined;
    if (!made) throw error;
    return made.number;
  }
}

function readPull(value: unknown, what: string): GitHubPull {
  const { number: found, state, merged_at, head, base } = object(value, what);
  return {
    number: number(found, `${what}.number`),
    headSha: word(object(head, `${what}.head`).sha, `${what}.head.sha`),
    base: word(object(base, `${what}.base`).ref, `${what}.base.ref`),
    isMerged: merged_at !== null && text(merged_at, `${what}.merged_at`) !== "",
    isOpen: word(state, `${what}.state`) === "open",
  };
}
