/** Commits by compare-and-swap: onto exactly the head that was read, or not at all. */

import { ApiError, isApiError } from "#silo/errors.ts";
import type { CommitResult, GitHubWrites } from "#world/github.ts";
import { list, object, text, word } from "../shape.ts";
import { getBranchHead } from "./branches.ts";
import type { GitHubCalls } from "./call.ts";
import { readFiles } from "./files.ts";
import { graphql } from "./graphql.ts";

export type FileCommit = Parameters<GitHubWrites["commitFiles"]>[1];

const token = "GITHUB_TOKEN";

/** Sent once: after an answer that proves nothing, the branch itself tells what became of it. */
export async function commitFiles(
  calls: GitHubCalls,
  repo: string,
  commit: FileCommit,
): Promise<CommitResult> {
  try {
    return { kind: "committed", oid: await sendCommit(calls, repo, commit) };
  } catch (error) {
    if (isApiError(error, "version_mismatch")) return { kind: "stale" };
    if (!(error instanceof ApiError) || !error.facts.ambiguous) throw error;
    const seen = await lookFor(calls, repo, commit);
    if (seen === undefined) throw error;
    return seen;
  }
}

const mutation = `mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

function sendCommit(calls: GitHubCalls, repo: string, commit: FileCommit): Promise<string> {
  const { headline, body } = partsOf(commit.message);
  const additions = [...commit.additions].map(([path, content]) => ({
    path,
    contents: Buffer.from(content, "utf8").toString("base64"),
  }));
  return graphql(calls, {
    repo,
    token,
    operation: `commit ${additions.length + commit.deletions.length} files to ${commit.branch} of ${repo}`,
    effect: "once",
    weight: "content",
    query: mutation,
    variables: {
      input: {
        branch: { repositoryNameWithOwner: repo, branchName: commit.branch },
        expectedHeadOid: commit.expectedHead,
        message: { headline, ...(body === "" ? {} : { body }) },
        fileChanges: { additions, deletions: commit.deletions.map((path) => ({ path })) },
      },
    },
    read: (data) => {
      const made = object(data.createCommitOnBranch, "createCommitOnBranch");
      return word(object(made.commit, "the commit").oid, "the commit's oid");
    },
  });
}

/**
 * Undefined while the branch stands where it stood: the commit may still be on its way. A head that
 * is not our commit means that the branch moved, with ours below or without it.
 */
async function lookFor(
  calls: GitHubCalls,
  repo: string,
  commit: FileCommit,
): Promise<CommitResult | undefined> {
  const head = await getBranchHead(calls, repo, commit.branch);
  if (head === undefined || head === commit.expectedHead) return undefined;
  return (await isOurs(calls, repo, head, commit))
    ? { kind: "committed", oid: head }
    : { kind: "stale" };
}

async function isOurs(
  calls: GitHubCalls,
  repo: string,
  sha: string,
  commit: FileCommit,
): Promise<boolean> {
  const { message, parents } = await getCommit(calls, repo, sha);
  const alike =
    parents.length === 1 && parents[0] === commit.expectedHead && sameText(message, commit.message);
  if (!alike) return false;
  // Another run may say the same of the same parent, with other files.
  const files = await readFiles(calls, repo, sha, [...commit.additions.keys()]);
  return [...commit.additions].every(([path, content]) => files.get(path) === content);
}

function getCommit(
  calls: GitHubCalls,
  repo: string,
  sha: string,
): Promise<{ readonly message: string; readonly parents: readonly string[] }> {
  return calls.call({
    repo,
    token,
    operation: `read the commit ${sha} of ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { ...at, commit_sha: sha }),
    read: ({ body }) => {
      const commit = object(body, "the commit");
      return {
        message: text(commit.message, "the commit's message"),
        parents: list((parent, what) => word(object(parent, what).sha, `${what}.sha`))(
          commit.parents,
          "parents",
        ),
      };
    },
  });
}

/** GitHub joins the two parts with an empty line. */
function partsOf(message: string): { readonly headline: string; readonly body: string } {
  const [headline = "", ...rest] = message.trim().split("\n");
  return { headline: headline.trim(), body: rest.join("\n").trim() };
}

function sameText(one: string, other: string): boolean {
  const a = partsOf(one);
  const b = partsOf(other);
  return a.headline === b.headline && a.body === b.body;
}
