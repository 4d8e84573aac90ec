/** Whether SILO_SECRETS_TOKEN may do what the table says it must. */

import { secretsTokenPermissions, type TokenPermission } from "#silo/token-permissions.ts";
import type { Check, Finding, GitHubDoor } from "./types.ts";

const about = "SILO_SECRETS_TOKEN";

export const githubToken: Check = {
  name: "github-token",
  async run({ github }) {
    if ("closed" in github) return [github.closed];
    if (!github.open.hasSecretsToken) {
      return [
        {
          about,
          verdict: "failed",
          text: "is not set, and GITHUB_TOKEN can never write secrets, variables or environments",
          fix: "give a token of a GitHub App or a fine-grained one, with the permissions that docs/github.md lists",
        },
      ];
    }
    const { reads, repository } = github.open;
    const maySee = (await reads.hasPermission(repository, "actions")) === "yes";
    const [environment] = maySee ? await reads.listEnvironments(repository) : [];
    return Promise.all(
      secretsTokenPermissions.map((permission) => tried(permission, github.open, environment)),
    );
  },
};

async function tried(
  { name, level, why }: TokenPermission,
  { reads, repository }: GitHubDoor,
  environment: string | undefined,
): Promise<Finding> {
  const has = await reads.hasPermission(repository, name, environment);
  const permission = `\`${name}: ${level}\``;
  if (has === "yes") return { about, verdict: "ok", text: `has ${permission} (${why})` };
  if (has === "no") {
    return {
      about,
      verdict: "failed",
      text: `lacks ${permission}, which is needed for ${why.replace(/^to /, "the right to ")}`,
      fix: `give ${permission} on ${repository} to the GitHub App or fine-grained token it is from`,
    };
  }
  return {
    about,
    verdict: "unknown",
    text: `${permission} can be tried only on an environment, and there is none yet`,
    fix: "`silo doctor --setup` makes the environments",
  };
}
