/** How an emulated GitHub is set up. */

import type { Clock } from "#world/effects.ts";
import type { FaultPlan } from "../faults.ts";
import type { BranchRule, Plan } from "./entities.ts";
import type { LimitNumbers } from "./limits.ts";
import type { SavedGitHub } from "./saved.ts";
import type { TokenGrant } from "./tokens.ts";

export interface PullSeed {
  readonly title: string;
  readonly head: string;
  /** Files on the head branch, above those of the default branch; `null` removes one. */
  readonly files: Readonly<Record<string, string | null>>;
  /** `owner/name` of a fork; default the repository itself. */
  readonly headRepository?: string;
}

export interface RepositorySeed {
  /** `owner/name`. */
  readonly name: string;
  /** Default false. */
  readonly private?: boolean;
  /** Default `main`. */
  readonly defaultBranch?: string;
  /** Of the account: decides what a private repository may have. Default `enterprise`. */
  readonly plan?: Plan;
  /** On the default branch: path → text. Default one README. */
  readonly files?: Readonly<Record<string, string>>;
  readonly rules?: readonly Partial<Omit<BranchRule, "id">>[];
  /** Login → `admin`, `write`, `read`. */
  readonly collaborators?: Readonly<Record<string, string>>;
  /** Open pull requests, numbered from 1 in this order. */
  readonly pulls?: readonly PullSeed[];
}

export interface GitHubEmulatorOptions {
  readonly clock: Clock;
  readonly repositories: readonly RepositorySeed[];
  /** Of keys, ids of keys and request ids. Default 1. */
  readonly seed?: number;
  /** Without it any token is an App with every permission; see README.md for what one can say. */
  readonly tokens?: readonly TokenGrant[];
  /** Default `documented`. */
  readonly limits?: "documented" | "off" | Partial<LimitNumbers>;
  readonly faults?: FaultPlan;
  /** Everything as it was saved; `repositories` then only adds those that are not in it. */
  readonly state?: SavedGitHub;
}
