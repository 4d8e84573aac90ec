/**
 * What silo-manager asks of Fly. `FlyReads` has no method that writes, so that a plan cannot
 * write by type. Every method throws `ApiError` (silo/errors.ts) and nothing else.
 */

import type {
  FlyApp,
  FlyCreateMachine,
  FlyCreateVolume,
  FlyExecRequest,
  FlyExecResult,
  FlyIp,
  FlyIpType,
  FlyLease,
  FlyMachine,
  FlyMachineEvent,
  FlyOrgMachine,
  FlyOrgVolume,
  FlyRegion,
  FlySecret,
  FlySnapshot,
  FlyToken,
  FlyUpdateMachine,
  FlyVolume,
} from "#wire/fly.ts";

/** An org-wide read. With `errorRegions` it is partial: absence in it proves nothing. */
export interface OrgList<T> {
  readonly items: readonly T[];
  readonly errorRegions: readonly string[];
}

/** One series at one moment. */
export interface MetricValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** 404 is a free name, 403 an app of somebody else's organisation. */
export type AppLookup =
  | { readonly kind: "found"; readonly app: FlyApp }
  | { readonly kind: "absent" }
  | { readonly kind: "foreign" };

/** What the text of a token says by itself; `undefined` is what it does not say. */
export interface FlyTokenFacts {
  readonly kind: "org" | "app" | "user" | "unknown";
  readonly isReadOnly: boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
}

/** How a public Postgres answered a login with a password that is wrong. */
export type LoginAnswer =
  | { readonly kind: "let-in" }
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  /** Nothing that can be taken for an answer of Postgres came. */
  | { readonly kind: "no-answer"; readonly why: string };

export interface FlyLogLine {
  /** ISO 8601. */
  readonly at: string;
  readonly level: string;
  readonly machine: string;
  readonly message: string;
}

export interface FlyLogPage {
  readonly lines: readonly FlyLogLine[];
  /** What to ask with for the lines after these. */
  readonly next: string | undefined;
}

export interface FlyReads {
  currentTokens(): Promise<readonly FlyToken[]>;
  regions(): Promise<readonly FlyRegion[]>;
  listApps(org: string): Promise<readonly FlyApp[]>;
  listOrgMachines(org: string): Promise<OrgList<FlyOrgMachine>>;
  listOrgVolumes(org: string): Promise<OrgList<FlyOrgVolume>>;
  getApp(app: string): Promise<AppLookup>;
  /** `undefined` when the app does not exist. Deleted machines are left out. */
  listMachines(app: string): Promise<readonly FlyMachine[] | undefined>;
  /** `undefined` on 404 and for a destroyed machine. */
  getMachine(app: string, id: string): Promise<FlyMachine | undefined>;
  listVolumes(app: string): Promise<readonly FlyVolume[] | undefined>;
  listSnapshots(app: string, volume: string): Promise<readonly FlySnapshot[]>;
  listSecrets(app: string): Promise<readonly FlySecret[] | undefined>;
  listIps(app: string): Promise<readonly FlyIp[] | undefined>;
  /** `undefined` when nobody holds it. */
  getLease(app: string, machine: string): Promise<FlyLease | undefined>;
  listEvents(app: string, machine: string): Promise<readonly FlyMachineEvent[]>;
  /** A query in MetricsQL over all apps of an organisation, at this moment. */
  queryMetrics(org: string, query: string): Promise<readonly MetricValue[]>;
  /** The newest lines of all its machines, or those after a page; credentials in them are masked. */
  listLogs(app: string, after?: string): Promise<FlyLogPage>;
}

/** A private address names its network: without one it lands on that of the organisation. */
export type IpRequest =
  | { readonly type: "private_v6"; readonly network: string }
  | { readonly type: Exclude<FlyIpType, "private_v6"> };

/** The nonce of the lease under which a machine is changed. */
export interface UnderLease {
  readonly nonce?: string | undefined;
}

export interface FlyWrites extends FlyReads {
  createApp(request: {
    readonly name: string;
    readonly org: string;
    readonly network: string;
  }): Promise<void>;
  /** Removes machines, volumes, addresses and secrets with it. */
  deleteApp(app: string): Promise<void>;
  createMachine(app: string, request: FlyCreateMachine): Promise<FlyMachine>;
  updateMachine(
    app: string,
    id: string,
    request: FlyUpdateMachine,
    lease?: UnderLease,
  ): Promise<FlyMachine>;
  startMachine(app: string, id: string, lease?: UnderLease): Promise<void>;
  stopMachine(
    app: string,
    id: string,
    how: { readonly signal: string; readonly timeout: string },
    lease?: UnderLease,
  ): Promise<void>;
  deleteMachine(app: string, id: string, lease?: UnderLease): Promise<void>;
  /**
   * Waits, in a loop of calls of at most 60 s, until the machine is in one of the states.
   * Throws `ApiError` of category `timeout` with the state it was last seen in.
   */
  waitMachine(
    app: string,
    id: string,
    until: {
      readonly states: readonly string[];
      readonly version?: string | undefined;
      readonly timeoutMs: number;
    },
    signal?: AbortSignal,
  ): Promise<void>;
  exec(app: string, id: string, request: FlyExecRequest): Promise<FlyExecResult>;
  /** Merges into the metadata; `null` removes a key. Makes no new version and no restart. */
  patchMetadata(
    app: string,
    id: string,
    patch: Readonly<Record<string, string | null>>,
    machineVersion?: string,
  ): Promise<void>;
  acquireLease(
    app: string,
    machine: string,
    how: { readonly ttlSeconds: number; readonly description: string },
  ): Promise<FlyLease>;
  refreshLease(
    app: string,
    machine: string,
    how: { readonly ttlSeconds: number; readonly nonce: string; readonly description: string },
  ): Promise<FlyLease>;
  releaseLease(app: string, machine: string, nonce: string): Promise<void>;
  createVolume(app: string, request: FlyCreateVolume): Promise<FlyVolume>;
  extendVolume(
    app: string,
    id: string,
    sizeGb: number,
  ): Promise<{ readonly needsRestart: boolean }>;
  deleteVolume(app: string, id: string): Promise<void>;
  createSnapshot(app: string, volume: string): Promise<void>;
  /** Sets all values in one call (`null` unsets) and gives the version to wait for. */
  setSecrets(
    app: string,
    values: Readonly<Record<string, { reveal(): string } | null>>,
  ): Promise<{ readonly version: number }>;
  assignIp(app: string, request: IpRequest): Promise<FlyIp>;
  releaseIp(app: string, ip: string): Promise<void>;
}
