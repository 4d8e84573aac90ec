/**
 * Whether somebody else reads a change before it can reach what sensitive values stand behind. A workflow
 * that runs on the default branch reads the environments, so it and all that it runs need an owner.
 */

import type { Silo } from "#silo/silo.ts";
import type { BranchGuards } from "#world/github.ts";
import { unownedPaths } from "./code-owners.ts";

/** Of the repository that holds the silos: what decides over them. */
const managerPaths = [".github/", "action.yml", "dist/", "silo.config.yml", "silos/"];
/** Of another one: only its workflows see what is handed to it. */
const recipientPaths = [".github/"];

/** What code owners must guard in a repository that gets sensitive values of these silos. */
export function guardedPaths(
  repository: string,
  ownRepository: string | undefined,
  silos: readonly Silo[],
): readonly string[] {
  if (repository !== ownRepository) return recipientPaths;
  // They run in the database that the values open.
  const sql = silos.flatMap(
    ({
      spec: {
        devenv: { migrations, seed },
      },
    }) => [
      ...(migrations === undefined ? [] : [`${migrations.replace(/\/+$/, "")}/`]),
      ...(seed === undefined ? [] : [seed]),
    ],
  );
  return [...new Set([...managerPaths, ...sql])];
}

/** Why the branch is no guard; `undefined` when it is one. */
export function whyUnguarded(
  at: { readonly repository: string; readonly branch: string },
  guards: BranchGuards,
  paths: readonly string[],
): { readonly problem: string; readonly fix: string } | undefined {
  const { repository, branch } = at;
  const unseen = guards.isUnseen
    ? " that this token may see (a ruleset it would, the older branch protection only with `administration`)"
    : "";
  if (!guards.review) {
    return {
      problem: `${repository} asks for no review on ${branch}${unseen}`,
      fix: `add a ruleset for ${branch} that requires a pull request with one approval and the review of code owners`,
    };
  }
  if (!guards.codeOwnerReview) {
    return {
      problem: `${repository} does not ask code owners for a review on ${branch}${unseen}`,
      fix: `switch on "Require review from Code Owners" in the rule of ${branch}`,
    };
  }
  const open = unownedPaths(guards.codeOwners ?? "", paths);
  if (open.length === 0) return undefined;
  return {
    problem: `CODEOWNERS of ${repository} on ${branch} names nobody for ${open.join(", ")}`,
    fix: `add a line for each to .github/CODEOWNERS, for example \`/${open[0]} @ORG/TEAM\``,
  };
}
