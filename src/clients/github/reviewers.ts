/** People and teams by name: an environment wants them by id. */

import { isApiError } from "#silo/errors.ts";
import type { GitHubReviewer } from "#world/github.ts";
import { number, object } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";

/** Both are also absent where the token may not see them. */
export async function findReviewer(
  calls: GitHubCalls,
  repo: string,
  name: string,
): Promise<GitHubReviewer | undefined> {
  const [owner = "", team] = name.replace(/^@/, "").split("/");
  try {
    const id = await calls.call({
      repo,
      token: "SILO_SECRETS_TOKEN",
      operation: `look for the reviewer ${name}`,
      effect: "read",
      send: (request) =>
        team === undefined
          ? request("GET /users/{username}", { username: owner })
          : request("GET /orgs/{org}/teams/{team_slug}", { org: owner, team_slug: team }),
      read: ({ body }) => number(object(body, "the reviewer").id, "id"),
    });
    return { type: team === undefined ? "User" : "Team", id };
  } catch (error) {
    if (isApiError(error, "not_found")) return undefined;
    throw error;
  }
}
