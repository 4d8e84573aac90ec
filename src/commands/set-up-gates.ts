/**
 * `silo doctor --setup`: the environments that are missing or let in too much. Each is looked at
 * first; who reviews is given or configured, and whoever people have set stays.
 */

import { roles } from "#silo/access.ts";
import type { SiloConfig } from "#silo/config.generated.ts";
import { isApiError, Refused } from "#silo/errors.ts";
import { plainText } from "#silo/plain-text.ts";
import { environmentName } from "#state/delivery.ts";
import { gateOf, gateProblems, managerEnvironments } from "#state/gates.ts";
import type { GitHubEnvironment, GitHubReads, GitHubReviewer } from "#world/github.ts";
import type { CommandContext, GitHubConnection, Specs } from "./types.ts";

/** One line for each environment; also told while it goes on. */
export async function setUpGates(
  { options, output, connectGitHub }: CommandContext,
  { silos, config }: Specs,
): Promise<readonly string[]> {
  const hub = await connectGitHub();
  if (!hub) {
    throw new Refused("--setup needs to know the repository", {
      exitCode: 2,
      fix: "set GITHUB_REPOSITORY, GITHUB_TOKEN and SILO_SECRETS_TOKEN",
    });
  }
  const { github, repository } = hub;
  const given = (options.value("reviewer") ?? "").split(",").filter((name) => name !== "");
  const { defaultBranch } = await github.repository(repository);
  const there = new Set(await github.listEnvironments(repository));
  const ofRoles = silos
    .flatMap(({ slugs }) => roles.map((role) => ({ role, name: environmentName(slugs, role) })))
    .filter(({ name }) => there.has(name));
  const wishes = [
    ...managerEnvironments.map((name) => ({ name, reviewers: reviewersOf(config, name, given) })),
    ...ofRoles.map(({ role, name }) => ({ name, reviewers: reviewersOf(config, role, []) })),
  ];
  // All names first: nothing is half set up because of a name that is misspelt.
  const each: Wish[] = [];
  for (const { name, reviewers } of wishes) {
    each.push({ name, reviewers: await findReviewers(github, repository, reviewers) });
  }
  const done: string[] = [];
  for (const wish of each) {
    const line = plainText(`${wish.name}: ${await setUp(hub, wish, defaultBranch)}`);
    if (!options.quiet) output.note(`${line}\n`);
    done.push(line);
  }
  return done;
}

function reviewersOf(config: SiloConfig, key: string, given: readonly string[]): readonly string[] {
  const configured = config.github.environments[key]?.reviewers ?? [];
  const asked = key === "silo-approve" ? given : [];
  return [...new Set([...configured, ...asked].map((name) => name.replace(/^@/, "")))];
}

interface Wish {
  readonly name: string;
  readonly reviewers: readonly GitHubReviewer[];
}

async function findReviewers(
  github: GitHubReads,
  repository: string,
  names: readonly string[],
): Promise<readonly GitHubReviewer[]> {
  const found: GitHubReviewer[] = [];
  for (const name of names) {
    const reviewer = await github.findReviewer(repository, name);
    if (!reviewer) {
      throw new Refused(`GitHub shows no user or team "${name}"`, {
        exitCode: 2,
        fix: "give LOGIN or ORG/TEAM; to see teams, the token needs `members: read` of the organisation",
      });
    }
    found.push(reviewer);
  }
  return found;
}

async function setUp(
  { github, repository }: GitHubConnection,
  { name, reviewers }: Wish,
  defaultBranch: string,
): Promise<string> {
  const seen = await github.getEnvironment(repository, name);
  const gate = gateOf(name, defaultBranch);
  if (gate.needsReviewers && reviewers.length === 0 && !seen?.reviewers.length) {
    return "left alone: nobody is named who reviews; give --reviewer LOGIN or ORG/TEAM";
  }
  const added = reviewers.filter((reviewer) => !seen?.reviewers.some(isSame(reviewer)));
  const problems = gateProblems(new Map([[name, seen]]), defaultBranch);
  if (problems.length === 0 && added.length === 0) return "as it is to be";
  try {
    await github.restrictEnvironment(repository, name, { branches: gate.branches, reviewers });
  } catch (error) {
    if (!isApiError(error, "not_in_plan")) throw error;
    return `not possible: ${error.message}`;
  }
  return whatWasDone(seen, gate.branches, added.length);
}

const isSame =
  (a: GitHubReviewer) =>
  (b: GitHubReviewer): boolean =>
    a.type === b.type && a.id === b.id;

function whatWasDone(
  seen: GitHubEnvironment | undefined,
  branches: readonly string[],
  added: number,
): string {
  const made = seen ? "set right" : "made";
  const reviewers = added === 0 ? "" : `; ${added} reviewer${added === 1 ? "" : "s"} added`;
  return `${made}: admits ${branches.join(", ")}${reviewers}`;
}
