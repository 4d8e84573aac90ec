/** Environments that let in too much, and those that are not there. */

import { type GateProblem, gateProblems, managerEnvironments } from "#state/gates.ts";
import type { GitHubEnvironment, GitHubReads } from "#world/github.ts";
import type { Check, Finding } from "./types.ts";

export const githubGates: Check = {
  name: "github-gates",
  guards: true,
  async run({ github, silos }) {
    if ("closed" in github) return [];
    const { reads, repository } = github.open;
    const targets = new Set([
      repository,
      ...silos.flatMap(({ spec }) => spec.secrets.repository ?? []),
    ]);
    const slugs = silos.map(({ slug }) => slug);
    const each = [...targets].map(async (name) => {
      const own = name === repository ? managerEnvironments : [];
      const label = (environment: string) =>
        name === repository ? environment : `${environment} of ${name}`;
      const findings = await gatesOf(reads, name, own, slugs);
      return findings.map((finding) => ({ ...finding, about: label(finding.about) }));
    });
    return (await Promise.all(each)).flat();
  },
};

async function gatesOf(
  reads: GitHubReads,
  repository: string,
  own: readonly string[],
  slugs: readonly string[],
): Promise<readonly Finding[]> {
  const { defaultBranch, isPrivate } = await reads.repository(repository);
  const there = await reads.listEnvironments(repository);
  if (own.length > 0 && there.length === 0 && isPrivate) return [noneYet(repository)];
  const roles = there.filter((name) => slugs.some((slug) => isOfRole(name, slug)));
  const names = [...own, ...roles];
  const environments = await readEnvironments(reads, repository, names);
  const problems = gateProblems(environments, defaultBranch);
  return names.flatMap((name) => findingsOf(name, problems, defaultBranch));
}

/** Made by a run when they are needed, and restricted before anything is in them. */
const isOfRole = (name: string, slug: string): boolean => name.startsWith(`silo-${slug}-`);

export async function readEnvironments(
  reads: GitHubReads,
  repository: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, GitHubEnvironment | undefined>> {
  const read = async (name: string) =>
    [name, await reads.getEnvironment(repository, name)] as const;
  return new Map(await Promise.all(names.map(read)));
}

function findingsOf(
  about: string,
  problems: readonly GateProblem[],
  defaultBranch: string,
): readonly Finding[] {
  const own = problems.filter(({ environment }) => environment === about);
  if (own.length === 0) {
    const text = `admits what it is for, and nothing that did not come through ${defaultBranch}`;
    return [{ about, verdict: "ok", text: about === "silo-plan" ? planText : text }];
  }
  return own.map(({ problem, fix }) => ({
    about,
    verdict: "failed",
    text: problem,
    fix,
    refuses: true,
  }));
}

const planText = "admits pull requests, the merge queue and the default branch";

/** A private repository shows the same for a plan that has none. */
function noneYet(repository: string): Finding {
  return {
    about: repository,
    verdict: "failed",
    text: "has no environments; where the plan of the account has none for private repositories, sensitive values are written nowhere",
    fix: "`silo doctor --setup` makes them, or says that the plan has none",
    refuses: true,
  };
}
