import { isoTime } from "../call.ts";
import type { CommentRow, IssueRow, RepoRow } from "../entities.ts";
import { repoPage, repoUrl } from "./repository.ts";
import { nodeId, userView } from "./users.ts";

export function labelView(name: string, repo: RepoRow, base: string) {
  const id = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
  return {
    id,
    node_id: nodeId("LA", id),
    url: `${repoUrl(repo, base)}/labels/${encodeURIComponent(name)}`,
    name,
    description: "",
    color: "ededed",
    default: false,
  };
}

export function issueView(row: IssueRow, repo: RepoRow, base: string) {
  const repository = repoUrl(repo, base);
  const url = `${repository}/issues/${row.number}`;
  const page = `${repoPage(repo)}/${row.pull ? "pull" : "issues"}/${row.number}`;
  return {
    ...commonView(row, repo, base),
    id: row.id,
    node_id: nodeId("I", row.id),
    url,
    repository_url: repository,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    state_reason: row.stateReason,
    assignees: [],
    comments: [...repo.comments.values()].filter(({ issue }) => issue === row.number).length,
    author_association: "MEMBER",
    ...(row.pull && {
      pull_request: {
        url: `${repository}/pulls/${row.number}`,
        html_url: page,
        diff_url: `${page}.diff`,
        patch_url: `${page}.patch`,
        merged_at: null,
      },
    }),
  };
}

/** What an issue and a pull request say of themselves in the same words. */
export function commonView(row: IssueRow, repo: RepoRow, base: string) {
  return {
    number: row.number,
    state: row.state,
    title: row.title,
    body: row.body,
    user: userView(row.user, base),
    labels: row.labels.map((name) => labelView(name, repo, base)),
    assignee: null,
    milestone: null,
    locked: false,
    closed_at: row.closedMs === null ? null : isoTime(row.closedMs),
    created_at: isoTime(row.createdMs),
    updated_at: isoTime(row.updatedMs),
  };
}

export function commentView(row: CommentRow, repo: RepoRow, base: string) {
  const issue = repo.issues.get(row.issue);
  const page = `${repoPage(repo)}/${issue?.pull ? "pull" : "issues"}/${row.issue}`;
  return {
    id: row.id,
    node_id: nodeId("IC", row.id),
    url: `${repoUrl(repo, base)}/issues/comments/${row.id}`,
    html_url: `${page}#issuecomment-${row.id}`,
    issue_url: `${repoUrl(repo, base)}/issues/${row.issue}`,
    body: row.body,
    user: userView(row.user, base),
    author_association: row.user.type === "Bot" ? "NONE" : "MEMBER",
    created_at: isoTime(row.createdMs),
    updated_at: isoTime(row.updatedMs),
  };
}
