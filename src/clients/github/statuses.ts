import type { GitHubWrites } from "#world/github.ts";
import type { GitHubCalls } from "./call.ts";
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
