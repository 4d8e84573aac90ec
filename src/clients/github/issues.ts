/** Issues that a label gathers. */

import type { GitHubIssue } from "#world/github.ts";
import { list, number, object, text } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";
import { readPages } from "./pages.ts";

const token = "GITHUB_TOKEN";

/** Open ones; pull requests, which the list has too, are left out. */
export async function listIssues(
  calls: GitHubCalls,
  repo: string,
  label: string,
): Promise<readonly GitHubIssue[]> {
  const all = await readPages(calls, {
    repo,
    token,
    operation: `list the issues of ${repo} with the label ${label}`,
    send: (request, at, page) =>
      request("GET /repos/{owner}/{repo}/issues", { ...at, ...page, state: "open", labels: label }),
    read: (body) => list(readIssue)(body, "issues"),
    idOf: (issue) => issue.number,
  });
  return all.filter(({ isPull }) => !isPull);
}

export function createIssue(
  calls: GitHubCalls,
  repo: string,
  issue: { readonly title: string; readonly body: string; readonly label: string },
): Promise<void> {
  const { title, body, label } = issue;
  return calls.call({
    repo,
    token,
    operation: `open an issue in ${repo}`,
    effect: "once",
    weight: "notice",
    send: (request, at) =>
      request("POST /repos/{owner}/{repo}/issues", { ...at, title, body, labels: [label] }),
    read: () => undefined,
  });
}

export function updateIssue(
  calls: GitHubCalls,
  repo: string,
  issue: number,
  change: { readonly body?: string; readonly state?: "closed" },
): Promise<void> {
  return calls.call({
    repo,
    token,
    operation: `change ${repo}#${issue}`,
    effect: "repeatable",
    send: (request, at) =>
      request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...at,
        ...change,
        issue_number: issue,
      }),
    read: () => undefined,
  });
}

function readIssue(value: unknown, what: string): GitHubIssue & { readonly isPull: boolean } {
  const { number: issue, body, user, pull_request } = object(value, what);
  const author = user ? object(user, `${what}.user`) : { login: "ghost" };
  return {
    number: number(issue, `${what}.number`),
    body: text(body ?? "", `${what}.body`),
    author: text(author.login, `${what}.user.login`),
    isPull: pull_request !== undefined,
  };
}
