/** The parts that routes work with. */

import type { Clock } from "#world/effects.ts";
import type { Seeded } from "../seeded.ts";
import type { RepoRow } from "./entities.ts";
import type { Limits } from "./limits.ts";
import type { Actor } from "./tokens.ts";

export interface Hub {
  readonly clock: Clock;
  /** By `owner/name` in small letters. */
  readonly repos: Map<string, RepoRow>;
  readonly chance: Seeded;
  readonly limits: Limits;
  /** The next number of whatever has one. */
  nextId(): number;
}

export function repoOf(hub: Hub, owner: string, name: string): RepoRow | undefined {
  return hub.repos.get(`${owner}/${name}`.toLowerCase());
}

/** `undefined` also for a repository that the token cannot see. */
export function visibleRepo(hub: Hub, actor: Actor, fullName: string): RepoRow | undefined {
  const name = fullName.toLowerCase();
  const isGiven = actor.repositories?.some((one) => one.toLowerCase() === name) ?? true;
  return isGiven ? hub.repos.get(name) : undefined;
}
