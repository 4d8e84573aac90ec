/** Commit statuses: what a check says of a commit, and who said it. */

import type { GitHubCommitStatus, GitHubWrites } from "#world/github.ts";
import { list, number, object, text, word } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";
import { readPages } from "./pages.ts";
import { shortened } from "./shortened.ts";

/** The newest of a context counts, so said twice it shows the same. */
export function setCommitStatus(
  calls: GitHubCalls,
  repo: string,
  sha: string,
  status: Parameters<GitHubWrites["setCommitStatus"]>[2],
): Promise<void> {
  const { state, context, description, targetUrl } = status;
  return calls.call({
    repo,
    token: "GITHUB_TOKEN",
    operation: `set the status ${context} of ${sha} of ${repo}`,
    effect: "repeatable",
    weight: "content",
    send: (request, at) =>
      request("POST /repos/{owner}/{repo}/statuses/{sha}", {
        ...at,
        sha,
        state,
        context,
        description: shortened(description),
        ...(targetUrl === undefined ? {} : { target_url: targetUrl }),
      }),
    read: () => undefined,
  });
}

export async function listCommitStatuses(
  calls: GitHubCalls,
  repo: string,
  sha: string,
): Promise<readonly GitHubCommitStatus[]> {
  return readPages(calls, {
    repo,
    token: "GITHUB_TOKEN",
    operation: `list the statuses of ${sha} of ${repo}`,
    send: (request, at, page) =>
      request("GET /repos/{owner}/{repo}/commits/{ref}/statuses", { ...at, ...page, ref: sha }),
    read: (body) => list(readStatus)(body, "statuses"),
    idOf: ({ id }) => id,
  });
}

function readStatus(value: unknown, what: string): GitHubCommitStatus & { readonly id: number } {
  const { id, context, state, description, creator } = object(value, what);
  return {
    id: number(id, `${what}.id`),
    context: word(context, `${what}.context`),
    state: word(state, `${what}.state`),
    description: text(description ?? "", `${what}.description`),
    creator: creator ? text(object(creator, `${what}.creator`).login, `${what}.creator.login`) : "",
  };
}
