/** What the emulated cloud remembers, as plain rows. Times are milliseconds since the epoch. */

import type {
  FlyGuest,
  FlyMachineConfig,
  FlyMachineEvent,
  FlyOrgMachine,
  FlyOrgVolume,
} from "#wire/fly.ts";

export interface SecretRow {
  value: string;
  createdMs: number;
  updatedMs: number;
}

export interface IpRow {
  readonly ip: string;
  readonly type: string;
  readonly region: string;
  readonly createdMs: number;
  readonly network: string | undefined;
  readonly serviceName: string | undefined;
}

export interface AppRow {
  readonly id: string;
  readonly numericId: number;
  readonly name: string;
  readonly org: string;
  readonly network: string;
  readonly createdMs: number;
  readonly idempotencyKey: string | undefined;
  /** Part of every address on the network. */
  readonly networkPrefix: string;
  secrets: Record<string, SecretRow>;
  secretsVersion: number;
  /** When the newest version can be read by new machines. */
  secretsReadyMs: number;
  /** What new machines see until then. */
  staleSecrets: Record<string, string>;
  ips: IpRow[];
}

export interface LeaseRow {
  readonly nonce: string;
  readonly expiresMs: number;
  readonly owner: string;
  readonly description: string;
}

/** What happens to a machine next, by itself. There is never more than one. */
export interface Transition {
  readonly at: number;
  readonly kind:
    | "prepared"
    | "boot"
    | "listen"
    | "exit"
    | "stopped"
    | "suspended"
    | "resumed"
    | "replaced"
    | "destroyed"
    | "revive";
  /** `prepared`, `replaced`: start it then. */
  readonly launch?: boolean;
  /** `replaced` without `launch`: the state it rests in. */
  readonly rest?: string;
  /** `listen`: on these. */
  readonly ports?: readonly number[];
  /** `exit`: of the process. */
  readonly exitCode?: number;
  readonly log?: string;
}

export interface MachineRow {
  readonly id: string;
  readonly app: string;
  readonly org: string;
  readonly name: string;
  readonly region: string;
  readonly createdMs: number;
  /** Just-created machines are not readable by id before this. */
  readonly visibleMs: number;
  host: string;
  privateIp: string;
  updatedMs: number;
  state: string;
  version: string;
  /** Oldest first; the last one is current. */
  versions: { version: string; config: FlyMachineConfig }[];
  /** App secrets as they were at the last create or update. */
  secrets: Record<string, string>;
  cordoned: boolean;
  hostStatus: "ok" | "unknown" | "unreachable";
  lease: LeaseRow | undefined;
  /** Newest first. */
  events: EventRow[];
  next: Transition | undefined;
  /** When the running boot began; undefined when not running. */
  startedMs: number | undefined;
  /** Ports the workload listens on; empty while it does not. */
  ports: number[];
  listeningMs: number | undefined;
  /** When it ran, oldest first; the last one may go on. */
  runs: RunRow[];
  /** Whether a boot has come to listen once: later ones are shorter. */
  initialised: boolean;
  restarts: number;
  stuck: boolean;
  destroyedMs: number | undefined;
  /** Views for the org-wide list, oldest first; kept only when that list lags. */
  views: View<FlyOrgMachine>[];
}

export interface EventRow extends FlyMachineEvent {
  readonly request?: Readonly<Record<string, unknown>>;
}

export interface View<T> {
  readonly at: number;
  readonly row: T;
}

export interface SnapshotRow {
  readonly id: string;
  readonly createdMs: number;
  readonly readyMs: number;
  readonly sizeGb: number;
  readonly data: Map<string, string>;
}

export interface VolumeRow {
  id: string;
  readonly app: string;
  readonly org: string;
  readonly name: string;
  readonly region: string;
  readonly zone: string;
  readonly createdMs: number;
  readonly encrypted: boolean;
  /** The machine that is to use it: its host is chosen to have room for that. */
  readonly compute: FlyGuest | undefined;
  readonly fstype: string;
  readonly readyMs: number;
  host: string;
  updatedMs: number;
  sizeGb: number;
  snapshotRetention: number;
  autoBackup: boolean;
  attachedTo: string | undefined;
  /** Image of the machine that had it last: its workload knows what is on it. */
  lastImage: string | undefined;
  deletedMs: number | undefined;
  data: Map<string, string>;
  snapshots: SnapshotRow[];
  views: View<FlyOrgVolume>[];
}

/** A time in which a machine was started. */
export interface RunRow {
  readonly fromMs: number;
  /** Absent: it goes on. */
  toMs?: number;
}

/** A request that took longer than a moment to answer. */
export interface LongRequestRow extends RunRow {
  readonly instance: string;
}

/** What a machine was made to compute: a share of one CPU. */
export interface CpuWorkRow {
  readonly instance: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly share: number;
}

/** Requests that the public proxy answered for one app, one row per second, status and machine. */
export interface TrafficRow {
  readonly atMs: number;
  readonly status: number;
  /** The machine that answered; absent when the proxy did. */
  readonly instance?: string;
  count: number;
}

/** What a machine has written, or the platform of it. */
export interface LogLine {
  /** From 1, over all apps: what `next_token` counts by. */
  readonly number: number;
  readonly atMs: number;
  readonly machine: string;
  readonly region: string;
  readonly level: "info" | "error";
  readonly message: string;
}
