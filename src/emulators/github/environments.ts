/** How environments come to be: made by an administrator, or by whoever first names one. */

import type { EnvironmentRow, RepoRow } from "./entities.ts";
import type { Hub } from "./hub.ts";
import { newVault } from "./vaults.ts";

/** A deployment, too, makes the environment that it names, and leaves it open to every branch. */
export function ensureEnvironment(repo: RepoRow, name: string, hub: Hub): EnvironmentRow {
  const key = name.toLowerCase();
  const found = repo.environments.get(key);
  if (found) return found;
  const now = hub.clock.now();
  const made: EnvironmentRow = {
    id: hub.nextId(),
    name,
    createdMs: now,
    updatedMs: now,
    waitMinutes: 0,
    preventSelfReview: false,
    reviewers: [],
    branchPolicy: undefined,
    policies: new Map(),
    vault: newVault(hub),
  };
  repo.environments.set(key, made);
  return made;
}
