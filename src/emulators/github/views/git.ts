import { isoTime } from "../call.ts";
import type { RepoRow } from "../entities.ts";
import type { CommitObject, Person } from "../git/objects.ts";
import { repoPage, repoUrl } from "./repository.ts";
import { nodeId } from "./users.ts";

interface Where {
  readonly repo: RepoRow;
  readonly base: string;
}

export function refView(ref: string, sha: string, { repo, base }: Where) {
  const git = `${repoUrl(repo, base)}/git`;
  return {
    ref,
    node_id: nodeId("REF", `${repo.id}:${ref}`),
    url: `${git}/${ref}`,
    object: { type: "commit", sha, url: `${git}/commits/${sha}` },
  };
}

/** As the git database shows it. */
export function gitCommitView(sha: string, commit: CommitObject, { repo, base }: Where) {
  const git = `${repoUrl(repo, base)}/git`;
  const page = (one: string) => `${repoPage(repo)}/commit/${one}`;
  return {
    sha,
    node_id: nodeId("C", `${repo.id}:${sha}`),
    url: `${git}/commits/${sha}`,
    html_url: page(sha),
    author: personView(commit.author),
    committer: personView(commit.committer),
    message: commit.message,
    tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${git}/commits/${parent}`,
      html_url: page(parent),
    })),
    verification: {
      verified: commit.verified,
      reason: commit.verified ? "valid" : "unsigned",
      signature: null,
      payload: null,
      verified_at: null,
    },
  };
}

/** As the repository shows it. */
export function commitView(sha: string, commit: CommitObject, where: Where) {
  const { author, committer, message, tree, parents, verification, html_url, node_id } =
    gitCommitView(sha, commit, where);
  const url = `${repoUrl(where.repo, where.base)}/commits/${sha}`;
  return {
    url,
    sha,
    node_id,
    html_url,
    comments_url: `${url}/comments`,
    commit: { url, author, committer, message, comment_count: 0, tree, verification },
    author: {},
    committer: {},
    parents,
  };
}

function personView({ name, email, at }: Person) {
  return { name, email, date: isoTime(at * 1_000) };
}
