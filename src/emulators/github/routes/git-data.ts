import {
  created,
  isRecord,
  list,
  ok,
  oneOf,
  param,
  type Reply,
  type RepoCall,
  requiredText,
  text,
  texts,
} from "../call.ts";
import { notFound, unprocessable } from "../errors.ts";
import { type FileEntry, filesOf, treeOf } from "../git/files.ts";
import { addBlob, addCommit, blobContent, type Person } from "../git/objects.ts";
import { resolveCommit, treeOfCommit } from "../git/revisions.ts";
import type { RepoRoute } from "../router.ts";
import { gitCommitView } from "../views/git.ts";
import { repoUrl } from "../views/repository.ts";
import { nodeId } from "../views/users.ts";
import { gitTreeView, readEntries } from "./git-trees.ts";

const read = "contents=read";
const write = "contents=write";

export const gitDataRoutes: readonly RepoRoute[] = [
  {
    method: "POST",
    repoPath: "/git/blobs",
    action: "blob-create",
    accepts: write,
    run: createBlob,
  },
  { method: "GET", repoPath: "/git/blobs/:sha", action: "blob-get", accepts: read, run: getBlob },
  {
    method: "POST",
    repoPath: "/git/trees",
    action: "tree-create",
    accepts: write,
    run: createTree,
  },
  { method: "GET", repoPath: "/git/trees/:sha", action: "tree-get", accepts: read, run: getTree },
  {
    method: "POST",
    repoPath: "/git/commits",
    action: "git-commit-create",
    accepts: write,
    run: createCommit,
  },
  {
    method: "GET",
    repoPath: "/git/commits/:sha",
    action: "git-commit-get",
    accepts: read,
    run: getCommit,
  },
];

function createBlob({ repo, body, base }: RepoCall): Reply {
  const encoding = oneOf(text(body, "encoding") ?? "utf-8", "encoding", ["utf-8", "base64"]);
  const content = Buffer.from(
    requiredText(body, "content"),
    encoding === "base64" ? "base64" : "utf8",
  );
  const sha = addBlob(repo.git, content);
  return created({ sha, url: `${repoUrl(repo, base)}/git/blobs/${sha}` });
}

function getBlob(call: RepoCall): Reply {
  const { repo, base } = call;
  const sha = param(call, "sha");
  if (!repo.git.blobs.has(sha)) throw notFound();
  const content = blobContent(repo.git, sha);
  return ok({
    sha,
    node_id: nodeId("B", `${repo.id}:${sha}`),
    size: content.length,
    url: `${repoUrl(repo, base)}/git/blobs/${sha}`,
    content: content.toString("base64"),
    encoding: "base64",
  });
}

/** The real API refuses every tree that comes out empty: an empty root commit cannot be made. */
function createTree(call: RepoCall): Reply {
  const { repo, body } = call;
  const baseTree = text(body, "base_tree");
  const files = baseTree === undefined ? new Map<string, FileEntry>() : filesOf(repo.git, baseTree);
  if (!files) throw unprocessable("Invalid tree info");
  readEntries(repo, list(body, "tree") ?? [], files);
  if (files.size === 0) throw unprocessable("Invalid tree info");
  return created(gitTreeView(treeOf(repo.git, files), call));
}

/** By its SHA, or by what names a commit. */
function getTree(call: RepoCall): Reply {
  const { repo, query } = call;
  const name = param(call, "sha");
  const commit = resolveCommit(repo, name);
  const sha = commit === undefined ? name : treeOfCommit(repo, commit);
  if (!repo.git.trees.has(sha)) throw notFound();
  return ok(gitTreeView(sha, call, query.has("recursive")));
}

function createCommit(call: RepoCall): Reply {
  const { repo, body, actor, at } = call;
  const tree = requiredText(body, "tree");
  if (!repo.git.trees.has(tree)) {
    throw unprocessable(
      repo.git.commits.has(tree) ? "Tree SHA is not a tree object" : "Tree SHA does not exist",
    );
  }
  const parents = texts(body, "parents") ?? [];
  if (!parents.every((parent) => repo.git.commits.has(parent))) {
    throw unprocessable("Parent SHA does not exist or is not a commit object");
  }
  const { login, id } = actor.user;
  const own: Person = {
    name: login,
    email: `${id}+${login}@users.noreply.github.com`,
    at: Math.floor(at / 1_000),
  };
  const author = personOf(body.author, own);
  const committer = personOf(body.committer, body.author === undefined ? own : author);
  const sha = addCommit(repo.git, {
    tree,
    parents,
    author,
    committer,
    message: requiredText(body, "message"),
    // GitHub signs what an App or a workflow commits in its own name; a person signs alone.
    verified: actor.kind !== "pat" && body.author === undefined && body.committer === undefined,
  });
  return created(commitOf(sha, call));
}

function getCommit(call: RepoCall): Reply {
  return ok(commitOf(param(call, "sha"), call));
}

function commitOf(sha: string, call: RepoCall) {
  const commit = call.repo.git.commits.get(sha);
  if (!commit) throw notFound();
  return gitCommitView(sha, commit, call);
}

function personOf(given: unknown, preset: Person): Person {
  if (!isRecord(given)) return preset;
  const date = text(given, "date");
  return {
    name: text(given, "name") ?? preset.name,
    email: text(given, "email") ?? preset.email,
    at: date === undefined ? preset.at : Math.floor(Date.parse(date) / 1_000),
  };
}
