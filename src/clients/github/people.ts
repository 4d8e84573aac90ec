import type { GitHubPerson } from "#world/github.ts";
import { number, object, word } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { GitHubCalls } from "./call.ts";

/** What a login may do in a repository; undefined for whoever is nothing there. */
export async function permissionOf(
  calls: GitHubCalls,
  repo: string,
  login: string,
): Promise<GitHubPerson | undefined> {
  const token = "GITHUB_TOKEN";
  const asked = calls.call({
    repo,
    token,
    operation: `read what ${login} may do in ${repo}`,
    effect: "read",
    send: (request, at) =>
      request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
        ...at,
        username: login,
      }),
    read: ({ body }): GitHubPerson => {
      const { role_name, user } = object(body, "the permission");
      return {
        role: word(role_name, "the permission's role"),
        id: number(object(user, "its user").id, "its user's id"),
      };
    },
  });
  return absentIfMissing(calls, { repo, token }, asked);
}

/** Whether somebody is in a team; GITHUB_TOKEN is not let near teams. */
export async function isInTeam(
  calls: GitHubCalls,
  repo: string,
  team: { readonly org: string; readonly slug: string },
  login: string,
): Promise<boolean> {
  const token = "SILO_SECRETS_TOKEN";
  const asked = calls.call({
    repo,
    token,
    operation: `read whether ${login} is in @${team.org}/${team.slug}`,
    effect: "read",
    send: (request) =>
      request("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", {
        org: team.org,
        team_slug: team.slug,
        username: login,
      }),
    read: ({ body }) => object(body, "the membership").state === "active",
  });
  return (await absentIfMissing(calls, { repo, token }, asked)) ?? false;
}
