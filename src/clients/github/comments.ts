/** Comments of issues and pull requests. A new one tells people, a changed one does not. */

import type { GitHubComment } from "#world/github.ts";
import { list, number, object, text } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";
import { readPages } from "./pages.ts";

const token = "GITHUB_TOKEN";

export function listComments(
  calls: GitHubCalls,
  repo: string,
  issue: number,
): Promise<readonly GitHubComment[]> {
  return readPages(calls, {
    repo,
    token,
    operation: `list the comments of ${repo}#${issue}`,
    send: (request, at, page) =>
      request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...at,
        ...page,
        issue_number: issue,
      }),
    read: (body) => list(readComment)(body, "comments"),
    idOf: ({ id }) => id,
  });
}

export function getComment(calls: GitHubCalls, repo: string, id: number): Promise<GitHubComment> {
  return calls.call({
    repo,
    token,
    operation: `read the comment ${id} of ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...at, comment_id: id }),
    read: ({ body }) => readComment(body, "the comment"),
  });
}

/** Whose account is gone has no user. */
function readComment(value: unknown, what: string): GitHubComment {
  const { id, body, user, created_at, updated_at } = object(value, what);
  const author = user ? object(user, `${what}.user`) : { login: "ghost", id: 0, type: "Ghost" };
  return {
    id: number(id, `${what}.id`),
    body: text(body ?? "", `${what}.body`),
    author: text(author.login, `${what}.user.login`),
    authorId: number(author.id, `${what}.user.id`),
    isByPerson: author.type === "User",
    createdAt: text(created_at, `${what}.created_at`),
    updatedAt: text(updated_at, `${what}.updated_at`),
  };
}

export function createComment(
  calls: GitHubCalls,
  repo: string,
  issue: number,
  body: string,
): Promise<void> {
  return calls.call({
    repo,
    token,
    operation: `comment on ${repo}#${issue}`,
    effect: "once",
    weight: "notice",
    send: (request, at) =>
      request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...at,
        issue_number: issue,
        body,
      }),
    read: () => undefined,
  });
}

export function updateComment(
  calls: GitHubCalls,
  repo: string,
  id: number,
  body: string,
): Promise<void> {
  return calls.call({
    repo,
    token,
    operation: `change the comment ${id} of ${repo}`,
    effect: "repeatable",
    send: (request, at) =>
      request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        ...at,
        comment_id: id,
        body,
      }),
    read: () => undefined,
  });
}
