/**
 * What runs inside an emulated machine, as far as the outside can tell: does it boot with this
 * environment, what does it answer, what does a command in it print. Written from the documents
 * of the images, never from silo-manager's own definitions: it is the second opinion on them.
 */

import type { FlyCheck, FlyExecRequest, FlyExecResult } from "#wire/fly.ts";
import type { Database } from "./postgres/database.ts";

export interface GuestContainer {
  readonly name: string;
  readonly image: string;
  /** Environment as the process sees it: `env` and its secrets, a secret wins. */
  readonly env: Readonly<Record<string, string>>;
  /** Text of each file by guest path. */
  readonly files: Readonly<Record<string, string>>;
  /** `exec`, or `entrypoint` and `cmd`, when the machine config overrides the image's. */
  readonly command: readonly string[] | undefined;
}

export interface GuestVolume {
  readonly id: string;
  readonly path: string;
  readonly sizeGb: number;
  /** What the workload has written there; lives as long as the volume. Empty on a fresh volume. */
  readonly data: Map<string, string>;
}

export interface GuestMachine {
  readonly app: string;
  readonly id: string;
  readonly network: string;
  /** One entry named `main` when the machine config has no `containers`. */
  readonly containers: readonly GuestContainer[];
  readonly volume: GuestVolume | undefined;
  /** A line of its output, as `fly logs` shows it; nobody reads it where it is absent. */
  readonly log?: (atMs: number, message: string) => void;
}

/** The other machines, as one machine can reach them. */
export interface Neighbourhood {
  /**
   * The booted machine answering at `host:port` as seen from `from`: `<app>.internal` and
   * `<app>.flycast` on its own network, `<app>.fly.dev` from everywhere. `undefined` when
   * nothing answers there (no address, other network, not started, not listening).
   */
  reach(from: GuestMachine | "internet", host: string, port: number): GuestMachine | undefined;
  /** Sends a request to a machine's internal port, to whatever workload it runs. */
  send(to: GuestMachine, internalPort: number, request: Request): Promise<Response>;
}

export type Boot =
  | { readonly kind: "listens"; readonly ports: readonly number[] }
  | { readonly kind: "exits"; readonly exitCode: number; readonly log: string };

/** How a Postgres answers a login: with its code and message when it refuses. */
export type LoginReply = "let-in" | { readonly code: string; readonly message: string };

export interface Workload {
  readonly name: string;
  /**
   * Called each time the boot time of a started machine is over. `exits` is a crash: the machine
   * then follows its restart policy. Writes to `volume.data` what it would persist.
   */
  boot(machine: GuestMachine, others: Neighbourhood): Promise<Boot>;
  /** One check of a booted machine. */
  check(
    machine: GuestMachine,
    others: Neighbourhood,
    check: Pick<FlyCheck, "type" | "port" | "path">,
  ): Promise<{ readonly passing: boolean; readonly output: string }>;
  respond(
    machine: GuestMachine,
    others: Neighbourhood,
    port: number,
    request: Request,
  ): Promise<Response>;
  exec(machine: GuestMachine, request: FlyExecRequest): Promise<FlyExecResult>;
  /** The Postgres server that answers on a port, if one does. */
  database?(machine: GuestMachine, port: number): Database | undefined;
  /** The machine was stopped or destroyed. */
  stop(machine: GuestMachine): Promise<void>;
  /** `data` was copied from another volume, or to a snapshot: what is behind it gets the id `to`. */
  copy?(data: Map<string, string>, to: string): Promise<void>;
  /** The volume was destroyed with everything on it. */
  discard(volumeId: string): Promise<void>;
}

/** Picks the workload for an image, by repository name; unknown images get one that just listens. */
export type WorkloadFor = (image: string) => Workload;
