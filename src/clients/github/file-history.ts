/** What became of one file of a branch, in one call. */

import type { FileHistory } from "#world/github.ts";
import { type Json, list, object, ShapeError, word } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";
import { readBlob } from "./files.ts";
import { graphql } from "./graphql.ts";

const query = [
  "query($owner: String!, $name: String!, $branch: String!, $path: String!) {",
  "  repository(owner: $owner, name: $name) { object(expression: $branch) { ... on Commit {",
  "    file(path: $path) { ...content }",
  "    history(first: 1, path: $path) { nodes {",
  "      oid parents(first: 2) { nodes { file(path: $path) { ...content } } }",
  "    } }",
  "  } } }",
  "}",
  "fragment content on TreeEntry { object { ... on Blob { text isTruncated } } }",
].join("\n");

export function fileHistory(
  calls: GitHubCalls,
  repo: string,
  branch: string,
  path: string,
): Promise<FileHistory> {
  const [owner = "", name = ""] = repo.split("/");
  return graphql(calls, {
    repo,
    token: "GITHUB_TOKEN",
    operation: `read the history of ${path} of ${branch} of ${repo}`,
    effect: "read",
    query,
    variables: { owner, name, branch: `refs/heads/${branch}`, path },
    read: (data) => {
      const head = object(data.repository, "the repository").object;
      if (head === null || head === undefined) throw new ShapeError(`there is no ${branch}`);
      const commit = object(head, "the commit");
      const [changed] = nodesOf(commit, "history");
      return {
        isThere: commit.file !== null,
        text: textOf(commit),
        lastChange: changed && {
          sha: word(changed.oid, "oid"),
          // Of a merge that was solved by hand either side may have had it.
          before: nodesOf(changed, "parents").flatMap((parent) => textOf(parent) ?? [])[0],
        },
      };
    },
  });
}

const nodesOf = (commit: Json, connection: "history" | "parents"): readonly Json[] =>
  list(object)(object(commit[connection], connection).nodes, `${connection}.nodes`);

/** Of the file in a commit; undefined where it is not, or is no text. */
function textOf(commit: Json): string | undefined {
  if (!("file" in commit)) throw new ShapeError("the answer has no file");
  const entry = commit.file === null ? null : object(commit.file, "file");
  return entry && entry.object !== null ? readBlob(entry, "object") : undefined;
}
