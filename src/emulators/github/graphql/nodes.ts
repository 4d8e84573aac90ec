/** What a query finds: repositories with their references, objects and environments. */

import { isoTime } from "../call.ts";
import type { EnvironmentRow, RepoRow } from "../entities.ts";
import { entryAt } from "../git/files.ts";
import { historyOf } from "../git/history.ts";
import { blobContent, type TreeEntry } from "../git/objects.ts";
import { branchRef, resolveCommit, treeOfCommit } from "../git/revisions.ts";
import { byName } from "../vaults.ts";
import { repoName, repoPage } from "../views/repository.ts";
import { nodeId } from "../views/users.ts";
import type { Args, Node, Output } from "./execute.ts";
import { FieldFailure } from "./problems.ts";

export function repositoryNode(repo: RepoRow): Node {
  return {
    __typename: "Repository",
    id: nodeId("R", repo.id),
    databaseId: repo.id,
    name: repo.name,
    nameWithOwner: repoName(repo),
    isPrivate: repo.isPrivate,
    visibility: repo.isPrivate ? "PRIVATE" : "PUBLIC",
    url: repoPage(repo),
    defaultBranchRef: () => refNode(repo, branchRef(repo.defaultBranch)),
    object: (args) => objectOf(repo, args),
    ref: ({ qualifiedName }) => refNode(repo, qualifiedRef(repo, String(qualifiedName))),
    refs: (args) => refsOf(repo, args),
    environment: ({ name }) => {
      const found = repo.environments.get(String(name).toLowerCase());
      return found ? environmentNode(found) : null;
    },
    environments: (args) =>
      connection("environments", byName(repo.environments.values()), args, environmentNode),
  };
}

export function refNode(repo: RepoRow, ref: string): Node | null {
  const sha = repo.git.refs.get(ref);
  if (sha === undefined) return null;
  const [, prefix = "", name = ""] = /^(refs\/[^/]+\/)(.*)$/.exec(ref) ?? [];
  return {
    __typename: "Ref",
    id: nodeId("REF", `${repo.id}:${ref}`),
    name,
    prefix,
    target: () => commitNode(repo, sha),
  };
}

export function commitNode(repo: RepoRow, sha: string): Node | null {
  const commit = repo.git.commits.get(sha);
  if (!commit) return null;
  const [headline = "", ...body] = commit.message.split("\n");
  return {
    ...gitObject(repo, "Commit", sha),
    message: commit.message,
    messageHeadline: headline,
    messageBody: body.join("\n").trim(),
    committedDate: isoTime(commit.committer.at * 1_000),
    authoredDate: isoTime(commit.author.at * 1_000),
    url: `${repoPage(repo)}/commit/${sha}`,
    tree: () => treeNode(repo, commit.tree),
    file: ({ path }) => {
      const entry = entryAt(repo.git, commit.tree, String(path));
      return entry ? entryNode(repo, entry, String(path)) : null;
    },
    parents: (args) =>
      connection("parents", commit.parents, args, (parent) => commitNode(repo, parent)),
    history: (args) =>
      connection("history", historyOf(repo.git, sha, textOf(args.path)), args, (one) =>
        commitNode(repo, one),
      ),
  };
}

/** `branch:path`, a branch or a SHA; `branch:` is the whole tree. */
function objectOf(repo: RepoRow, { expression, oid }: Args): Output {
  if (typeof oid === "string") return objectNode(repo, oid);
  const [revision = "", path] = splitOnce(String(expression ?? ""));
  const commit = resolveCommit(repo, revision);
  if (commit === undefined) return path === undefined ? objectNode(repo, revision) : null;
  if (path === undefined) return commitNode(repo, commit);
  const entry = entryAt(repo.git, treeOfCommit(repo, commit), path);
  return entry ? objectNode(repo, entry.sha) : null;
}

function objectNode(repo: RepoRow, sha: string): Node | null {
  if (repo.git.commits.has(sha)) return commitNode(repo, sha);
  if (repo.git.trees.has(sha)) return treeNode(repo, sha);
  return repo.git.blobs.has(sha) ? blobNode(repo, sha) : null;
}

function blobNode(repo: RepoRow, sha: string): Node {
  const content = blobContent(repo.git, sha);
  const isBinary = content.includes(0);
  return {
    ...gitObject(repo, "Blob", sha),
    byteSize: content.length,
    isBinary,
    isTruncated: false,
    text: isBinary ? null : content.toString("utf8"),
  };
}

function treeNode(repo: RepoRow, sha: string): Node {
  const entries = repo.git.trees.get(sha) ?? [];
  return {
    ...gitObject(repo, "Tree", sha),
    entries: () => entries.map((entry) => entryNode(repo, entry, entry.name)),
  };
}

function entryNode(repo: RepoRow, entry: TreeEntry, path: string): Node {
  return {
    __typename: "TreeEntry",
    name: entry.name,
    path,
    mode: Number.parseInt(entry.mode, 8),
    oid: entry.sha,
    size: entry.type === "blob" ? blobContent(repo.git, entry.sha).length : 0,
    type: entry.type,
    object: () => objectNode(repo, entry.sha),
  };
}

function gitObject(repo: RepoRow, __typename: "Blob" | "Commit" | "Tree", sha: string) {
  return {
    __typename,
    id: nodeId(__typename, `${repo.id}:${sha}`),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    commitUrl: `${repoPage(repo)}/commit/${sha}`,
  };
}

function environmentNode({ id, name }: EnvironmentRow): Node {
  return { __typename: "Environment", id: nodeId("EN", id), databaseId: id, name };
}

function refsOf(repo: RepoRow, args: Args): Node {
  const prefix = String(args.refPrefix);
  const query = typeof args.query === "string" ? args.query : "";
  const refs = [...repo.git.refs.keys()].filter(
    (ref) => ref.startsWith(prefix) && ref.slice(prefix.length).includes(query),
  );
  return connection("refs", refs.toSorted(), args, (ref) => refNode(repo, ref));
}

const connectionTypes = {
  refs: "RefConnection",
  environments: "EnvironmentConnection",
  parents: "CommitConnection",
  history: "CommitHistoryConnection",
} as const;

/** Cursors are positions; `last` is not answered. */
function connection<T>(
  name: keyof typeof connectionTypes,
  items: readonly T[],
  { first, after }: Args,
  view: (item: T) => Output,
): Node {
  if (typeof first !== "number") {
    const text = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`;
    throw new FieldFailure("MISSING_PAGINATION_BOUNDARIES", text);
  }
  if (first < 1 || first > 100) {
    const text = `Requesting ${first} records on the \`${name}\` connection exceeds the \`first\` limit of 100 records.`;
    throw new FieldFailure("EXCESSIVE_PAGINATION", text);
  }
  const start = typeof after === "string" ? Number(Buffer.from(after, "base64url")) : 0;
  const end = Math.min(start + first, items.length);
  const cursor = (position: number) => Buffer.from(String(position)).toString("base64url");
  return {
    __typename: connectionTypes[name],
    nodes: () => items.slice(start, end).map(view),
    totalCount: items.length,
    pageInfo: {
      __typename: "PageInfo",
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: end > start ? cursor(start) : null,
      endCursor: end > start ? cursor(end) : null,
    },
  };
}

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);

function qualifiedRef(repo: RepoRow, name: string): string {
  const candidates = [name, branchRef(name), `refs/tags/${name}`, `refs/${name}`];
  return candidates.find((ref) => repo.git.refs.has(ref)) ?? name;
}

function splitOnce(expression: string): [string, string | undefined] {
  const colon = expression.indexOf(":");
  if (colon < 0) return [expression, undefined];
  return [expression.slice(0, colon), expression.slice(colon + 1)];
}
