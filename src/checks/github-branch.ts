/** Whether a change needs somebody else's approval before it can reach what is handed out. */

import type { Silo } from "#silo/silo.ts";
import { guardedPaths, whyUnguarded } from "#state/branch-guard.ts";
import type { Check, CheckWorld, Finding, GitHubDoor } from "./types.ts";

export const githubBranch: Check = {
  name: "github-branch",
  async run(world) {
    const { github, selected } = world;
    if ("closed" in github) return [];
    const { repository } = github.open;
    const targets = Map.groupBy(selected, ({ spec }) => spec.secrets.repository ?? repository);
    if (!targets.has(repository)) targets.set(repository, []);
    const each = [...targets].map(([name, silos]) => guard(name, silos, github.open, world));
    return [...(await Promise.all(each)), await statusBranch(github.open, world)];
  },
};

async function guard(
  name: string,
  silos: readonly Silo[],
  { reads, repository }: GitHubDoor,
  { config }: CheckWorld,
): Promise<Finding> {
  const { defaultBranch: branch } = await reads.repository(name);
  const guards = await reads.branchGuards(name, branch);
  const found = whyUnguarded(
    { repository: name, branch },
    guards,
    guardedPaths(name, repository, silos),
  );
  if (!found && !guards.byRuleset) {
    return {
      about: name,
      verdict: "warning",
      text: `guards ${branch} by the older branch protection, which a run without \`administration\` cannot see: it would hand out nothing sensitive`,
      fix: `make a ruleset of it, which every token sees`,
    };
  }
  if (!found) {
    const text = `asks for a review of code owners on ${branch}: sensitive values may be handed out`;
    return { about: name, verdict: "ok", text };
  }
  const { problem, fix } = found;
  const isAllowed = config.github.allow_unprotected;
  const means = isAllowed
    ? "sensitive values are written all the same (allow_unprotected)"
    : "sensitive values are written nowhere";
  return { about: name, verdict: "warning", text: `${problem}: ${means}`, fix };
}

async function statusBranch(
  { reads, repository }: GitHubDoor,
  { config }: CheckWorld,
): Promise<Finding> {
  const about = config.github.status_branch;
  const head = await reads.getBranchHead(repository, about);
  if (head === undefined) {
    return { about, verdict: "ok", text: "is made when the first status is committed" };
  }
  const guards = await reads.branchGuards(repository, about);
  if (!guards.review) return { about, verdict: "ok", text: "holds the status files" };
  return {
    about,
    verdict: "warning",
    text: "asks for a review, so no run can commit a status to it",
    fix: "leave it out of the ruleset, or name another github.status_branch in silo.config.yml",
  };
}
