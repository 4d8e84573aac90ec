/**
 * A step is one change of the world, or one wait for it. A rule says, from desired and observed
 * state, which steps are due; the executor knows nothing of kinds. `run` looks before it acts, so
 * that doing a step twice, or after a crash in the middle of it, is the same as doing it once.
 */

import type { Credentials } from "#silo/credentials.ts";
import type { GivenValue } from "#silo/fingerprint.ts";
import type { HandedOut, Withheld } from "#silo/handed-out.ts";
import type { ServiceName } from "#silo/names.ts";
import type { Identity } from "#silo/record.ts";
import type { Secret } from "#silo/secret.ts";
import type { DataProof } from "#silo/takeover.ts";
import type { Clock, Random } from "#world/effects.ts";
import type { FlyWrites } from "#world/fly.ts";
import type { GitHubWrites } from "#world/github.ts";
import type { NetlifyWrites } from "#world/netlify.ts";

/** What a step does to the world; how it is shown and guarded. */
export type StepEffect = "create" | "update" | "destroy" | "power" | "record" | "wait";

export interface FieldChange {
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

export interface Step {
  /** Unique in a plan: `acme-erp/postgres/machine-start`. */
  readonly key: string;
  readonly kind: string;
  readonly silo: string;
  readonly service: ServiceName | undefined;
  /** Keys of steps that come first; keys that are not in the plan count as done. */
  readonly after: readonly string[];
  /** Keys of steps that must have ended first, well or not. */
  readonly afterEnd: readonly string[];
  readonly effect: StepEffect;
  /** Imperative, without a full stop. */
  readonly text: string;
  readonly changes: readonly FieldChange[];
  /** Why somebody has to agree to it before it is done, beside what its effect says. */
  readonly needsApproval?: string;
  /**
   * `identity` steps make the kong machine, on which the lock and the record live; `next` ones are
   * planned anew when the others are done, under the lock of where the record then is.
   */
  readonly stage: "identity" | "main" | "next";
  readonly timeoutMs: number;
  readonly run: (world: StepWorld) => Promise<void>;
}

/** What steps learn and hand on within one run. */
export interface SiloFacts {
  identity: Identity | undefined;
  readonly machineIds: Map<ServiceName, string>;
  readonly volumeIds: Map<ServiceName, string>;
  /** Machines of a move, before the switch. */
  readonly stagedIds: Map<ServiceName, string>;
  /** Seconds since the epoch: volumes that are to take over are not older. */
  takeoverSince: number | undefined;
  /** What the source of a move held. */
  proof: DataProof | undefined;
  /** Ids of volumes that another one has taken over from. */
  readonly keptVolumes: ReadonlySet<string>;
  readonly secretsVersions: Map<ServiceName, number>;
  /** Apps this very run has made: nothing can be in them that needs looking for. */
  readonly newApps: Set<string>;
  startedAtMs: number | undefined;
  /** By place, what this run has handed out there, or why it did not. */
  readonly handed: Map<string, HandedOut | Withheld>;
  /** Once the frontend was seen to. */
  frontend: { readonly previewUrl: string | undefined } | undefined;
}

export interface StepWorld {
  readonly fly: FlyWrites;
  readonly clock: Clock;
  readonly random: Random;
  readonly facts: SiloFacts;
  readonly managerId: string;
  /** Days a new generation's keys are good for. */
  readonly jwtLifetimeDays: number;
  /** Of the generation in force; checks the master key first. */
  credentials(): Promise<Credentials>;
  /** Under the silo's own key. */
  fingerprint(given: readonly GivenValue[]): string;
  /** Of the master key that new generations come from. */
  presentKeyId(): string;
  /** What the record keeps, so that a wrong master key is caught before any write. */
  checkOf(identity: Identity): string;
  /** Values of the spec's `secret_env` of one service. */
  extraSecrets(service: ServiceName): Readonly<Record<string, Secret>>;
  /** Nonce of the lease on the kong machine. */
  nonce(): string | undefined;
  /** Absent where no repository is known. */
  readonly github: GitHubWrites | undefined;
  /** Absent without a token. */
  readonly netlify: NetlifyWrites | undefined;
  /** For people; fails nothing. */
  note(message: string): void;
  /** GET of a public URL; gives the status, or 0 when nothing answered. */
  probe(url: string, headers: Readonly<Record<string, Secret>>): Promise<number>;
  readonly signal: AbortSignal;
}
