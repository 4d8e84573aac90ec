/** Asking for a run, and answering whoever asked in a comment. */

import type { GitHubReaction } from "#world/github.ts";
import type { GitHubCalls } from "./call.ts";

const token = "GITHUB_TOKEN";

export function dispatchWorkflow(
  calls: GitHubCalls,
  repo: string,
  workflow: string,
  asked: { readonly ref: string; readonly inputs: Readonly<Record<string, string>> },
): Promise<void> {
  return calls.call({
    repo,
    token,
    operation: `start ${workflow} of ${repo}`,
    effect: "once",
    send: (request, at) =>
      request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
        ...at,
        workflow_id: workflow,
        ref: asked.ref,
        inputs: { ...asked.inputs },
      }),
    read: () => undefined,
  });
}

/** The same reaction twice is one. */
export function react(
  calls: GitHubCalls,
  repo: string,
  comment: number,
  content: GitHubReaction,
): Promise<void> {
  return calls.call({
    repo,
    token,
    operation: `react to the comment ${comment} of ${repo}`,
    effect: "repeatable",
    weight: "content",
    send: (request, at) =>
      request("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", {
        ...at,
        comment_id: comment,
        content,
      }),
    read: () => undefined,
  });
}
