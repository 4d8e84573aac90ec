import type { GitHubRepository } from "#world/github.ts";
import { flag, needed, number, shapeOf, word } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";

const readRepository = shapeOf<{
  full_name: string;
  id: number;
  default_branch: string;
  private: boolean;
}>({
  full_name: needed(word),
  id: needed(number),
  default_branch: needed(word),
  private: needed(flag),
});

/** Also one that gets secrets, of which GITHUB_TOKEN sees nothing. */
export function getRepository(calls: GitHubCalls, repo: string): Promise<GitHubRepository> {
  return calls.call({
    repo,
    token: "SILO_SECRETS_TOKEN",
    operation: `read the repository ${repo}`,
    effect: "read",
    send: (request, at) => request("GET /repos/{owner}/{repo}", { ...at }),
    read: ({ body }) => {
      const { full_name, id, default_branch, ...rest } = readRepository(body, "the repository");
      return { name: full_name, id, defaultBranch: default_branch, isPrivate: rest.private };
    },
  });
}
