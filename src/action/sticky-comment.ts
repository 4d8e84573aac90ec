/** One comment a scope, kept current; nobody is told when it changes, and it is quiet when it did not. */

import { isApiError } from "#silo/errors.ts";
import type { GitHubComment, GitHubWrites } from "#world/github.ts";

export interface CommentPlace {
  readonly github: GitHubWrites;
  readonly repository: string;
  readonly issue: number;
}

/** GitHub takes 65,536 characters. */
export const mostCommentBytes = 64_000;

export const markerOf = (scope: string): string =>
  `<!-- silo-manager:plan:${scope.replace(/[^\w./]+/g, "_")} -->`;

/** `forbidden`: the token of a fork's run may only read. */
export async function keepComment(
  { github, repository, issue }: CommentPlace,
  marker: string,
  text: string,
): Promise<"created" | "updated" | "unchanged" | "forbidden"> {
  const body = `${marker}\n${text}`;
  try {
    const there = await findComment({ github, repository, issue }, marker);
    if (there && settled(there.body) === settled(body)) return "unchanged";
    if (there) {
      await github.updateComment(repository, there.id, body);
      return "updated";
    }
    await github.createComment(repository, issue, body);
    return "created";
  } catch (error) {
    if (isApiError(error, "forbidden") || isApiError(error, "not_found")) return "forbidden";
    throw error;
  }
}

/** Only one of our own: anybody may write the marker into a comment. */
export async function findComment(
  { github, repository, issue }: CommentPlace,
  marker: string,
): Promise<GitHubComment | undefined> {
  const marked = (await github.listComments(repository, issue)).filter(({ body }) =>
    body.startsWith(marker),
  );
  if (marked.length === 0) return undefined;
  const me = await github.viewer(repository);
  return marked.find(({ author }) => author === me || author === `${me}[bot]`);
}

/** Which run said it does not matter, nor how GitHub ends its lines. */
const settled = (body: string): string =>
  body
    .replace(/\/actions\/runs\/\d+/g, "")
    .replaceAll("\r\n", "\n")
    .trim();
