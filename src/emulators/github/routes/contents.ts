import { created, ok, param, type Reply, type RepoCall, requiredText, text } from "../call.ts";
import { conflict, notAccessible, notFound, ruleViolation, unprocessable } from "../errors.ts";
import { commitFiles, type FileChanges, isFilePath } from "../git/commit-files.ts";
import { entryAt } from "../git/files.ts";
import { blobContent, type TreeEntry } from "../git/objects.ts";
import { branchRef, resolveCommit, treeOfCommit } from "../git/revisions.ts";
import type { RepoRoute } from "../router.ts";
import { isWorkflowFile, mayWriteTo } from "../rules.ts";
import { satisfies } from "../tokens.ts";
import { commitView, gitCommitView } from "../views/git.ts";
import { repoPage, repoUrl } from "../views/repository.ts";

const repoPath = "/contents/*path";
const write = "contents=write";

export const contentRoutes: readonly RepoRoute[] = [
  { method: "GET", repoPath, action: "contents-get", accepts: "contents=read", run: getContents },
  {
    method: "PUT",
    repoPath,
    action: "contents-put",
    accepts: write,
    content: true,
    run: putContents,
  },
  {
    method: "DELETE",
    repoPath,
    action: "contents-delete",
    accepts: write,
    content: true,
    run: deleteContents,
  },
  {
    method: "GET",
    repoPath: "/commits/:revision",
    action: "commit-get",
    accepts: "contents=read",
    run: getCommit,
  },
];

const mostBytesShown = 1024 * 1024;

/** A folder is the list of what is in it. */
function getContents(call: RepoCall): Reply {
  const { repo, query } = call;
  const path = pathIn(call);
  const commit = resolveCommit(repo, query.get("ref") ?? repo.defaultBranch);
  const entry = commit && entryAt(repo.git, treeOfCommit(repo, commit), path);
  if (!entry) throw notFound();
  if (entry.type !== "tree") return ok(fileView(entry, path, call));
  const inside = repo.git.trees.get(entry.sha) ?? [];
  return ok(
    inside.map((child) =>
      entryView(child, path === "" ? child.name : `${path}/${child.name}`, call),
    ),
  );
}

function putContents(call: RepoCall): Reply {
  const path = pathIn(call);
  const { branch, head, current } = target(call, path);
  const sha = text(call.body, "sha");
  if (current && sha === undefined)
    throw unprocessable(`Invalid request.\n\n"sha" wasn't supplied.`);
  if (current && sha !== current.sha) throw conflict(`${path} does not match ${sha}`);
  const content = Buffer.from(requiredText(call.body, "content"), "base64");
  const changes = { additions: new Map([[path, content]]), deletions: [] };
  const commit = commitTo(call, { branch, head, changes });
  const entry = entryAt(call.repo.git, treeOfCommit(call.repo, commit.sha), path);
  const body = { content: entry ? entryView(entry, path, call) : null, commit };
  return current ? ok(body) : created(body);
}

function deleteContents(call: RepoCall): Reply {
  const path = pathIn(call);
  const { branch, head, current } = target(call, path);
  const sha = requiredText(call.body, "sha");
  if (!current) throw notFound();
  if (sha !== current.sha) throw conflict(`${path} does not match ${sha}`);
  const changes = { additions: new Map(), deletions: [path] };
  return ok({ content: null, commit: commitTo(call, { branch, head, changes }) });
}

function getCommit(call: RepoCall): Reply {
  const sha = resolveCommit(call.repo, param(call, "revision"));
  const commit = sha && call.repo.git.commits.get(sha);
  if (!sha || !commit) throw unprocessable(`No commit found for SHA: ${param(call, "revision")}`);
  return ok(commitView(sha, commit, call));
}

function target(call: RepoCall, path: string) {
  const { repo, body, actor } = call;
  const branch = text(body, "branch") ?? repo.defaultBranch;
  const head = repo.git.refs.get(branchRef(branch));
  if (head === undefined) throw notFound();
  if (!isFilePath(path)) throw unprocessable("path contains a malformed path component");
  if (isWorkflowFile(path) && !satisfies(actor, "workflows=write")) {
    throw notAccessible(actor.kind !== "pat");
  }
  if (!mayWriteTo(repo, branch, actor)) throw ruleViolation();
  return { branch, head, current: entryAt(repo.git, treeOfCommit(repo, head), path) };
}

function commitTo(
  call: RepoCall,
  { branch, head, changes }: { branch: string; head: string; changes: FileChanges },
) {
  const { repo, body, actor, at } = call;
  const message = requiredText(body, "message");
  const how = { parent: head, changes, message, user: actor.user, atMs: at };
  const sha = commitFiles(repo.git, how);
  repo.git.refs.set(branchRef(branch), sha);
  const commit = repo.git.commits.get(sha);
  if (!commit) throw new Error("The commit that was just made is gone");
  return gitCommitView(sha, commit, call);
}

const pathIn = (call: RepoCall) => param(call, "path").replace(/\/$/, "");

/** Base64 in lines, as the real API sends it; above 1 MB no content at all. */
function fileView(entry: TreeEntry, path: string, call: RepoCall) {
  const content = blobContent(call.repo.git, entry.sha);
  const isShown = content.length <= mostBytesShown;
  const lines = content.toString("base64").match(/.{1,60}/g) ?? [];
  return {
    ...entryView(entry, path, call),
    encoding: isShown ? "base64" : "none",
    content: isShown ? lines.map((line) => `${line}\n`).join("") : "",
  };
}

function entryView(entry: TreeEntry, path: string, { repo, base, query }: RepoCall) {
  const ref = query.get("ref") ?? repo.defaultBranch;
  const isFile = entry.type === "blob";
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const url = `${repoUrl(repo, base)}/contents/${encoded}?ref=${ref}`;
  const git = `${repoUrl(repo, base)}/git/${entry.type}s/${entry.sha}`;
  const page = `${repoPage(repo)}/${isFile ? "blob" : "tree"}/${ref}/${encoded}`;
  return {
    type: isFile ? "file" : "dir",
    size: isFile ? blobContent(repo.git, entry.sha).length : 0,
    name: entry.name,
    path,
    sha: entry.sha,
    url,
    git_url: git,
    html_url: page,
    download_url: isFile ? page.replace("/blob/", "/raw/") : null,
    _links: { self: url, git, html: page },
  };
}
