/** What a check is: it looks, with reads only, and says what it saw. Nothing is assumed. */

import type { SiloConfig } from "#silo/config.generated.ts";
import type { MasterKeys } from "#silo/master-key.ts";
import type { Silo } from "#silo/silo.ts";
import type { SiloStatus } from "#silo/status.generated.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { FlyExecResult } from "#wire/fly.ts";
import type { FlyReads, FlyTokenFacts, LoginAnswer } from "#world/fly.ts";
import type { GitHubReads } from "#world/github.ts";
import type { NetlifyReads } from "#world/netlify.ts";

/** `unknown`: it could not be looked at, and is not taken for good. */
export type Verdict = "ok" | "warning" | "failed" | "unknown";

export interface Finding {
  /** What it is about: `FLY_API_TOKEN`, `silo-approve`, `acme-erp`. */
  readonly about: string;
  readonly verdict: Verdict;
  /** What was seen, and why that matters. One line. */
  readonly text: string;
  /** Exactly what to do. */
  readonly fix?: string;
  /** Security demands that nothing goes on like this: exit code 4. */
  readonly refuses?: true;
}

export interface Check {
  /** `fly-token`: shown before each of its findings. */
  readonly name: string;
  readonly run: (world: CheckWorld) => Promise<readonly Finding[]>;
  /** What is trusted only after it was read: where it cannot be, nothing may go on. */
  readonly guards?: true;
}

/** What a check asks, or why it cannot. */
export type Door<T> = { readonly open: T } | { readonly closed: Finding };

export interface FlyDoor {
  readonly reads: FlyReads;
  readonly tokens: readonly FlyTokenFacts[];
  readonly logInWrongly: (host: string) => Promise<LoginAnswer>;
  /** SQL that reads, in the running database of a silo that is ours, as `postgres`. */
  readonly inDatabase: (seen: ObservedSilo, sql: string) => Promise<FlyExecResult>;
}

export interface GitHubDoor {
  readonly reads: GitHubReads;
  readonly repository: string;
  readonly hasSecretsToken: boolean;
}

export interface SeenSilo {
  readonly silo: Silo;
  readonly seen: ObservedSilo;
}

export interface LastRun {
  readonly silo: Silo;
  /** `undefined` when it is not as silo-manager writes it. */
  readonly status: Pick<SiloStatus, "last_error"> | undefined;
}

export interface CheckWorld {
  readonly now: number;
  /** Those asked about. */
  readonly selected: readonly Silo[];
  /** All of them: limits are the whole fleet's. */
  readonly silos: readonly Silo[];
  readonly config: SiloConfig;
  readonly fly: Door<FlyDoor>;
  readonly github: Door<GitHubDoor>;
  readonly netlify: Door<NetlifyReads>;
  readonly masterKeys: Door<MasterKeys>;
  /** Their status files, one a silo that has one: a copy for people, which decides nothing. */
  readonly lastRuns: () => Promise<readonly LastRun[]>;
  /** Those asked about, as they are now; read once for all checks. */
  readonly observed: () => Promise<readonly SeenSilo[]>;
}
