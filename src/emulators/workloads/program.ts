/** One program in one container: what boots, listens and answers inside an emulated machine. */

import type { FlyExecRequest, FlyExecResult } from "#wire/fly.ts";
import type { Clock } from "#world/effects.ts";
import type { Database, PostgresHost } from "../postgres/database.ts";
import type { GuestContainer, GuestMachine, Neighbourhood } from "../workload.ts";

export interface Listener {
  readonly port: number;
  /** The address it binds, as the kernel knows it: `0.0.0.0`, `::`, `127.0.0.1`, `::1`. */
  readonly address: string;
}

export interface Process {
  readonly listeners: readonly Listener[];
  /** For an image we know nothing of: whatever port is asked answers. */
  readonly answersAnyPort?: boolean;
  respond(port: number, request: Request): Promise<Response>;
  /** `undefined` when the image has no such command. */
  exec?(request: FlyExecRequest): Promise<FlyExecResult | undefined>;
  /** What a Postgres server in it serves. */
  readonly database?: Database;
  stop?(): Promise<void>;
}

export type ProgramBoot =
  | { readonly kind: "runs"; readonly process: Process }
  | { readonly kind: "exits"; readonly exitCode: number; readonly log: string };

export interface Guest {
  readonly machine: GuestMachine;
  readonly container: GuestContainer;
  readonly others: Neighbourhood;
  readonly network: GuestNetwork;
  readonly clock: Clock;
  readonly postgres: PostgresHost | undefined;
}

/** What a process reaches by name and port, its own machine's loopback included. */
export interface GuestNetwork {
  send(guest: Guest, host: string, port: number, request: Request): Promise<Response | undefined>;
  database(guest: Guest, host: string, port: number): Database | undefined;
}

export interface Program {
  readonly name: string;
  boot(guest: Guest): Promise<ProgramBoot>;
}

export const exits = (exitCode: number, log: string): ProgramBoot => ({
  kind: "exits",
  exitCode,
  log,
});

export const runs = (process: Process): ProgramBoot => ({ kind: "runs", process });

export const jsonResponse = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });
