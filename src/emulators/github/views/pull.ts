import { isoTime } from "../call.ts";
import type { IssueRow, PullRow, RepoRow } from "../entities.ts";
import type { FileChange } from "../git/compare.ts";
import { commonView } from "./issue.ts";
import { repoName, repoPage, repositoryView, repoUrl } from "./repository.ts";
import { nodeId, ownerOf, userView } from "./users.ts";

/** As lists show it. */
export function pullView(row: IssueRow & { readonly pull: PullRow }, repo: RepoRow, base: string) {
  const repository = repoUrl(repo, base);
  const url = `${repository}/pulls/${row.number}`;
  const issue = `${repository}/issues/${row.number}`;
  const page = `${repoPage(repo)}/pull/${row.number}`;
  const { pull } = row;
  const statuses = `${repository}/statuses/${pull.headSha}`;
  const href = (address: string) => ({ href: address });
  return {
    ...commonView(row, repo, base),
    url,
    id: row.id,
    node_id: nodeId("PR", row.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repository}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    merged_at: pull.merge ? isoTime(pull.merge.atMs) : null,
    merge_commit_sha: pull.merge?.sha ?? null,
    draft: pull.draft,
    auto_merge: null,
    author_association: "MEMBER",
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: sideView(pull.headRef, pull.headSha, headRepository(repo, pull, base)),
    base: sideView(pull.baseRef, pull.baseSha, repositoryView(repo, base)),
    _links: {
      self: href(url),
      html: href(page),
      issue: href(issue),
      comments: href(`${issue}/comments`),
      review_comments: href(`${url}/comments`),
      review_comment: href(`${repository}/pulls/comments{/number}`),
      commits: href(`${url}/commits`),
      statuses: href(statuses),
    },
  };
}

/** As it shows itself: with what the diff amounts to. */
export function fullPullView(
  row: IssueRow & { readonly pull: PullRow },
  changes: readonly FileChange[],
  where: { readonly repo: RepoRow; readonly base: string },
) {
  const { repo, base } = where;
  const sum = (count: (change: FileChange) => number) =>
    changes.reduce((total, change) => total + count(change), 0);
  return {
    ...pullView(row, repo, base),
    merged: row.pull.merge !== undefined,
    mergeable: true,
    mergeable_state: "clean",
    merged_by: null,
    comments: [...repo.comments.values()].filter(({ issue }) => issue === row.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: sum(({ additions }) => additions),
    deletions: sum(({ deletions }) => deletions),
    changed_files: changes.length,
  };
}

export function changeView(
  change: FileChange,
  sha: string,
  where: { repo: RepoRow; base: string },
) {
  const page = repoPage(where.repo);
  const path = change.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: change.sha,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${page}/blob/${sha}/${path}`,
    raw_url: `${page}/raw/${sha}/${path}`,
    contents_url: `${repoUrl(where.repo, where.base)}/contents/${path}?ref=${sha}`,
  };
}

type RepositoryView = ReturnType<typeof repositoryView>;

function sideView(ref: string, sha: string, repo: RepositoryView) {
  return { label: `${repo.owner.login}:${ref}`, ref, sha, repo, user: repo.owner };
}

/** A fork has no row of its own: its name and owner are all that is known. */
function headRepository(repo: RepoRow, { headRepository: name }: PullRow, base: string) {
  const view = repositoryView(repo, base);
  if (name.toLowerCase() === repoName(repo).toLowerCase()) return view;
  const [login = "", fork = ""] = name.split("/");
  const owner = userView(ownerOf(login), base);
  return { ...view, id: view.id + 1, name: fork, full_name: name, owner, fork: true };
}
