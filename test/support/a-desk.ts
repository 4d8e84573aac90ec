/** A desk beside a cloud of the tests, on a socket: real HTTP, virtual machines. */

import type { Desk } from "#desk/desk.ts";
import { makeDesk } from "#desk/make-desk.ts";
import { open } from "#desk/run-desk.ts";
import { wallClock } from "#edge/node-effects.ts";
import type { Role } from "#silo/access.ts";
import { deskTokenHash, renderDeskToken } from "#silo/desk-token.ts";
import type { Clock, Fetch } from "#world/effects.ts";
import type { Cloud } from "./a-cloud.ts";

/** The same at each run, and nobody's elsewhere. */
export const tokenOf = (name: string): string =>
  renderDeskToken(Buffer.from(name.padEnd(32, "-")).subarray(0, 32));

export interface TokenEntry {
  readonly name: string;
  readonly role: Role;
  readonly silos?: readonly string[];
  readonly expires?: string;
}

/** Lines of silo.config.yml, under `desk`. */
export const tokensYaml = (entries: readonly TokenEntry[]): string =>
  [
    "  tokens:",
    ...entries.flatMap(({ name, role, silos = ["*"], expires = "2027-06-30" }) => [
      `    - name: ${name}`,
      `      role: ${role}`,
      `      silos: ${JSON.stringify(silos)}`,
      `      sha256: ${deskTokenHash(tokenOf(name))}`,
      `      expires_at: ${expires}`,
    ]),
    "",
  ].join("\n");

export interface Ask {
  readonly as?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ADesk {
  readonly desk: Desk;
  readonly url: string;
  /** Every line of the audit. */
  readonly audit: string[];
  /** By the token of that name; the body is sent as JSON. */
  ask(path: string, how?: Ask): Promise<Response>;
  close(): Promise<void>;
}

export interface DeskOptions {
  /** Starts and stops run in the desk (default), or by workflow. */
  readonly power?: "here" | "workflow";
  readonly fromGit?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** A mistake: the desk is given the master key, too. */
  readonly keepsMaster?: boolean;
  /** Answers for the issuer of workflow tokens. */
  readonly fetch?: Fetch;
}

/** Waits are real, as the sockets are, and add to the cloud's time: a stream must not let days go by. */
function deskClock({ clock }: Cloud): Clock {
  const begunAt = wallClock.now();
  return { now: () => clock.now() + (wallClock.now() - begunAt), sleep: wallClock.sleep };
}

export async function aDesk(cloud: Cloud, options: DeskOptions = {}): Promise<ADesk> {
  const { power = "here", fromGit = false, fetch = refused } = options;
  const stop = new AbortController();
  const keys = (await cloud.run("desk-keys")).stdout.trim();
  const environment = { SILO_DESK_KEYS: keys, ...options.environment };
  const without = power === "workflow" && !options.keepsMaster ? { SILO_MASTER_KEY: "" } : {};
  const { version, ...effects } = cloud.effects({
    signal: stop.signal,
    environment: { ...environment, ...without },
  });
  const audit: string[] = [];
  const desk = await makeDesk(
    {
      ...effects,
      operands: [],
      options: {
        format: "text",
        silosDir: "silos",
        configFile: "silo.config.yml",
        quiet: false,
        has: () => false,
        value: () => undefined,
      },
      output: silent,
    },
    {
      sinks: [(line) => audit.push(line)],
      fetch,
      isLocal: power === "here",
      fromGit,
      clock: deskClock(cloud),
    },
  );
  const server = await open(desk, { host: "127.0.0.1", port: 0 });
  return {
    desk,
    url: server.url,
    audit,
    ask: (path, { as, body, headers, ...init } = {}) =>
      globalThis.fetch(`${server.url}${path}`, {
        ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
        ...init,
        headers: {
          ...(as !== undefined && { authorization: `Bearer ${tokenOf(as)}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
      }),
    close: async () => {
      stop.abort(new Error("the test is over"));
      await server.close();
    },
  };
}

const refused: Fetch = async () => {
  throw new TypeError("fetch failed");
};

const silent = {
  write: () => {},
  note: () => {},
  redraw: undefined,
  color: false,
  noteColor: false,
  columns: 120,
  rows: 24,
};
