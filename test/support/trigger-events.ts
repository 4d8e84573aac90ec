/** The payloads of the events that start a run, cut down to what GitHub always sends. */

import type { GitHubEmulator } from "#emulators/github/emulator.ts";
import type { TriggerEvent } from "./runner.ts";

const home = "acme/silos";

const repositoryPayload = { full_name: home, default_branch: "main", owner: { login: "acme" } };

export function pullRequest(
  github: GitHubEmulator,
  number: number,
  branch: string,
  { from = home, actor = "ana" } = {},
): TriggerEvent {
  const headSha = github.head(home, branch);
  return {
    name: "pull_request",
    actor,
    ref: `refs/pull/${number}/merge`,
    sha: headSha,
    payload: {
      action: "synchronize",
      number,
      repository: repositoryPayload,
      pull_request: {
        number,
        head: { sha: headSha, ref: branch, repo: { full_name: from } },
        base: { sha: github.head(home, "main"), ref: "main", repo: { full_name: home } },
        user: { login: actor },
      },
    },
  };
}

export const push = (before: string, after: string, actor = "ana"): TriggerEvent => ({
  name: "push",
  actor,
  ref: "refs/heads/main",
  sha: after,
  payload: { before, after, ref: "refs/heads/main", repository: repositoryPayload },
});

export const dispatch = (
  github: GitHubEmulator,
  inputs: Readonly<Record<string, string>> = {},
  actor = "ana",
): TriggerEvent => ({
  name: "workflow_dispatch",
  actor,
  ref: "refs/heads/main",
  sha: github.head(home, "main"),
  payload: { inputs, ref: "refs/heads/main", repository: repositoryPayload },
});

export const schedule = (github: GitHubEmulator, cron: string): TriggerEvent => ({
  name: "schedule",
  actor: "ana",
  ref: "refs/heads/main",
  sha: github.head(home, "main"),
  payload: { schedule: cron, repository: repositoryPayload },
});

export interface CommentBy {
  readonly login: string;
  readonly id: number;
  readonly type?: string;
}

export const comment = (
  github: GitHubEmulator,
  asked: {
    readonly id: number;
    readonly body: string;
    readonly by: CommentBy;
    readonly issue?: number;
  },
  action = "created",
): TriggerEvent => ({
  name: "issue_comment",
  actor: asked.by.login,
  ref: "refs/heads/main",
  sha: github.head(home, "main"),
  payload: {
    action,
    repository: repositoryPayload,
    issue: { number: asked.issue ?? 1, pull_request: { url: "https://api.github.com/pulls/1" } },
    comment: { id: asked.id, body: asked.body, user: { type: "User", ...asked.by } },
  },
});
