/** Puts the parts together, empty or as they were saved. */

import { Seeded } from "../seeded.ts";
import type { BranchRule, RepoRow } from "./entities.ts";
import { emptyGit } from "./git/objects.ts";
import { branchRef, resolveCommit } from "./git/revisions.ts";
import type { Hub } from "./hub.ts";
import { addIssue } from "./issues.ts";
import { createLimits } from "./limits.ts";
import type { GitHubEmulatorOptions, PullSeed, RepositorySeed } from "./options.ts";
import { octocat, pushFiles } from "./push-files.ts";
import { loadRepos } from "./saved.ts";
import { newVault } from "./vaults.ts";

export function createHub(options: GitHubEmulatorOptions): Hub & { readonly lastId: () => number } {
  const { clock, state } = options;
  let lastId = state?.lastId ?? 1_000;
  const hub = {
    clock,
    repos: new Map<string, RepoRow>(),
    chance: new Seeded(state?.random ?? options.seed ?? 1),
    limits: createLimits(options.limits ?? "documented", () => clock.now()),
    nextId: () => ++lastId,
    lastId: () => lastId,
  };
  for (const repo of loadRepos(state?.repos ?? [])) hub.repos.set(keyOf(repo), repo);
  for (const seed of options.repositories) {
    if (!hub.repos.has(seed.name.toLowerCase())) {
      const repo = createRepo(seed, hub);
      hub.repos.set(keyOf(repo), repo);
    }
  }
  return hub;
}

const keyOf = ({ owner, name }: RepoRow) => `${owner}/${name}`.toLowerCase();

function createRepo(seed: RepositorySeed, hub: Hub): RepoRow {
  const [owner = "", name = ""] = seed.name.split("/");
  if (owner === "" || name === "") throw new Error(`Repository ${seed.name} is not owner/name`);
  const defaultBranch = seed.defaultBranch ?? "main";
  const git = emptyGit();
  pushFiles(git, hub, {
    branch: defaultBranch,
    files: seed.files ?? { "README.md": `# ${name}\n` },
  });
  const repo: RepoRow = {
    id: hub.nextId(),
    owner,
    name,
    isPrivate: seed.private ?? false,
    plan: seed.plan ?? "enterprise",
    defaultBranch,
    createdMs: hub.clock.now(),
    git,
    rules: (seed.rules ?? []).map((rule) => aRule(rule, defaultBranch, hub)),
    collaborators: seed.collaborators ?? { [octocat.login]: "admin" },
    vault: newVault(hub),
    environments: new Map(),
    deployments: new Map(),
    issues: new Map(),
    comments: new Map(),
    statuses: [],
    dispatches: [],
  };
  for (const pull of seed.pulls ?? []) addPull(repo, pull, hub);
  return repo;
}

function aRule(rule: Partial<BranchRule>, branch: string, hub: Hub): BranchRule {
  return {
    id: hub.nextId(),
    kind: "protection",
    branch,
    requiredReviews: 1,
    codeOwners: false,
    bypass: [],
    ...rule,
  };
}

function addPull(repo: RepoRow, pull: PullSeed, hub: Hub): void {
  const baseSha = resolveCommit(repo, repo.defaultBranch) ?? "";
  repo.git.refs.set(branchRef(pull.head), baseSha);
  const headSha = pushFiles(repo.git, hub, { branch: pull.head, files: pull.files });
  const { number } = addIssue(
    repo,
    {
      title: pull.title,
      body: null,
      user: octocat,
      pull: {
        headRef: pull.head,
        headSha,
        baseRef: repo.defaultBranch,
        baseSha,
        headRepository: pull.headRepository ?? `${repo.owner}/${repo.name}`,
        draft: false,
      },
    },
    hub,
  );
  repo.git.refs.set(`refs/pull/${number}/head`, headSha);
}
