import { isApiError } from "#silo/errors.ts";
import type { ChangedFile } from "#world/github.ts";
import { list, object, text, word } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";

/** GitHub lists no more of a comparison. */
const mostFiles = 300;

/** Undefined when it cannot be said in full: too many files, or a commit that is not there any more. */
export async function changedFiles(
  calls: GitHubCalls,
  repo: string,
  base: string,
  head: string,
): Promise<readonly ChangedFile[] | undefined> {
  try {
    const files = await calls.call({
      repo,
      token: "GITHUB_TOKEN",
      operation: `compare ${base} and ${head} of ${repo}`,
      effect: "read",
      send: (request, at) =>
        request("GET /repos/{owner}/{repo}/compare/{basehead}", {
          ...at,
          basehead: `${base}...${head}`,
        }),
      read: ({ body }) => list(readFile)(object(body, "the comparison").files ?? [], "files"),
    });
    return files.length < mostFiles ? files : undefined;
  } catch (error) {
    if (isApiError(error, "not_found") || isApiError(error, "invalid")) return undefined;
    throw error;
  }
}

function readFile(value: unknown, what: string): ChangedFile {
  const { filename, status, previous_filename } = object(value, what);
  return {
    path: word(filename, `${what}.filename`),
    isRemoved: word(status, `${what}.status`) === "removed",
    previousPath: previous_filename
      ? text(previous_filename, `${what}.previous_filename`)
      : undefined,
  };
}
