import type { GitHubPull } from "#world/github.ts";
import { list, number, object, text, word } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";
import { readPages } from "./pages.ts";

/** Those that brought a commit to a branch, or would. */
export function pullsOfCommit(
  calls: GitHubCalls,
  repo: string,
  sha: string,
): Promise<readonly GitHubPull[]> {
  return readPages(calls, {
    repo,
    token: "GITHUB_TOKEN",
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
    token: "GITHUB_TOKEN",
    operation: `read the pull request ${pull} of ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, pull_number: pull }),
    read: ({ body }) => readPull(body, "the pull request"),
  });
}

function readPull(value: unknown, what: string): GitHubPull {
  const { number: found, merged_at, head, base } = object(value, what);
  return {
    number: number(found, `${what}.number`),
    headSha: word(object(head, `${what}.head`).sha, `${what}.head.sha`),
    base: word(object(base, `${what}.base`).ref, `${what}.base.ref`),
    isMerged: merged_at !== null && text(merged_at, `${what}.merged_at`) !== "",
  };
}
