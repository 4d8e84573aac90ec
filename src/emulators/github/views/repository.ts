import { isoTime } from "../call.ts";
import type { RepoRow } from "../entities.ts";
import { nodeId, ownerOf, userView } from "./users.ts";

/** Addresses of a repository's parts: field → what follows its own address. */
const parts: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

export const repoName = ({ owner, name }: RepoRow) => `${owner}/${name}`;
export const repoUrl = (repo: RepoRow, base: string) => `${base}/repos/${repoName(repo)}`;
export const repoPage = (repo: RepoRow) => `https://github.com/${repoName(repo)}`;

/** Satisfies the full, the minimal and the plain form of the documents alike. */
export function repositoryView(repo: RepoRow, base: string) {
  const url = repoUrl(repo, base);
  const page = repoPage(repo);
  const openIssues = [...repo.issues.values()].filter(({ state }) => state === "open").length;
  const time = isoTime(repo.createdMs);
  return {
    id: repo.id,
    node_id: nodeId("R", repo.id),
    name: repo.name,
    full_name: repoName(repo),
    private: repo.isPrivate,
    visibility: repo.isPrivate ? "private" : "public",
    owner: userView(ownerOf(repo.owner), base),
    html_url: page,
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(Object.entries(parts).map(([field, rest]) => [field, url + rest])),
    clone_url: `${page}.git`,
    git_url: `git://github.com/${repoName(repo)}.git`,
    ssh_url: `git@github.com:${repoName(repo)}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: repo.defaultBranch,
    archived: false,
    disabled: false,
    size: 1,
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    ...{ forks: 0, forks_count: 0, watchers: 0, watchers_count: 0, stargazers_count: 0 },
    ...{ network_count: 0, subscribers_count: 0 },
    open_issues: openIssues,
    open_issues_count: openIssues,
    pushed_at: time,
    created_at: time,
    updated_at: time,
  };
}
