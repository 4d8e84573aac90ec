/** Text of many files of a branch, a hundred in one call. */

import { flag, type Json, list, object, ShapeError, text } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";
import { graphql } from "./graphql.ts";
import type { TokenName } from "./request.ts";

const mostAtOnce = 100;

/** `revision` is a branch as `refs/heads/…` or a commit. What is no text is absent, too. */
export async function readFiles(
  calls: GitHubCalls,
  repo: string,
  revision: string,
  paths: readonly string[],
  token: TokenName = "GITHUB_TOKEN",
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const wanted = [...new Set(paths)];
  for (let at = 0; at < wanted.length; at += mostAtOnce) {
    const some = wanted.slice(at, at + mostAtOnce);
    for (const [path, content] of await readSome(calls, { repo, revision, token }, some)) {
      found.set(path, content);
    }
  }
  return found;
}

function readSome(
  calls: GitHubCalls,
  { repo, revision, token }: { repo: string; revision: string; token: TokenName },
  paths: readonly string[],
): Promise<readonly (readonly [string, string])[]> {
  const [owner = "", name = ""] = repo.split("/");
  const expressions = paths.map((path, at) => [`p${at}`, `${revision}:${path}`] as const);
  return graphql(calls, {
    repo,
    token,
    operation: `read ${paths.length} files of ${revision.replace("refs/heads/", "")} of ${repo}`,
    effect: "read",
    query: queryFor(paths.length),
    variables: { owner, name, ...Object.fromEntries(expressions) },
    read: (data) => {
      const repository = object(data.repository, "the repository");
      return paths.flatMap((path, at) => {
        const content = readBlob(repository, `f${at}`);
        return content === undefined ? [] : [[path, content] as const];
      });
    },
  });
}

/** Paths go in as variables, never as text of the query. */
function queryFor(count: number): string {
  const indexes = Array.from({ length: count }, (_, at) => at);
  const variables = indexes.map((at) => `, $p${at}: String!`).join("");
  const fields = indexes.map((at) => `f${at}: object(expression: $p${at}) { ...content }`);
  return [
    `query($owner: String!, $name: String!${variables}) {`,
    `  repository(owner: $owner, name: $name) { ${fields.join(" ")} }`,
    "}",
    "fragment content on Blob { text isTruncated }",
  ].join("\n");
}

export function readBlob(repository: Json, key: string): string | undefined {
  if (!(key in repository)) throw new ShapeError(`the answer has no ${key}`);
  const given = repository[key];
  if (given === null) return undefined;
  const blob = object(given, key);
  // A folder has no text at all, and a file that is not UTF-8 has null.
  if (blob.text === undefined || blob.text === null) return undefined;
  return flag(blob.isTruncated, `${key}.isTruncated`) ? undefined : text(blob.text, `${key}.text`);
}

/** Every file of one folder, in one call. */
export function readFolder(
  calls: GitHubCalls,
  repo: string,
  branch: string,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const [owner = "", name = ""] = repo.split("/");
  return graphql(calls, {
    repo,
    token: "GITHUB_TOKEN",
    operation: `read ${folder} of ${branch} of ${repo}`,
    effect: "read",
    query: [
      "query($owner: String!, $name: String!, $folder: String!) {",
      "  repository(owner: $owner, name: $name) { object(expression: $folder) { ... on Tree {",
      "    entries { name object { ... on Blob { text isTruncated } } }",
      "  } } }",
      "}",
    ].join("\n"),
    variables: { owner, name, folder: `refs/heads/${branch}:${folder}` },
    read: (data) => {
      const tree = object(data.repository, "the repository").object;
      if (tree === null || tree === undefined) return new Map();
      const entries = list(object)(object(tree, "the folder").entries ?? [], "entries");
      return new Map(
        entries.flatMap((entry) => {
          const content = entry.object === null ? undefined : readBlob(entry, "object");
          return content === undefined ? [] : [[text(entry.name, "name"), content] as const];
        }),
      );
    },
  });
}
