/**
 * The whole `fetch`, for what runs on: undici with kept-alive connections and no retries of its own.
 * Loading undici takes longer than starting Node: commands take the quick one.
 */

import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { Agent, type RequestInit as UndiciInit, fetch as undiciFetch } from "undici";
import type { Fetch } from "#world/effects.ts";
import { lookupName } from "./local-names.ts";

export interface FetchOptions {
  /** PEM file of certificate authorities to trust besides the usual ones. */
  readonly caFile?: string;
  /** Per origin; opened only when needed. */
  readonly connections?: number;
}

export type ClosableFetch = Fetch & {
  /** Ends the connections once they are idle, so that the process can end. */
  close(): Promise<void>;
};

/** More than the clients let under way at once, waits included, so that no call queues unseen. */
const usualConnections = 256;
/** Clients set shorter limits for each call; these are for those that set none. */
const longestSilenceMs = 120_000;

export function createFetch(options: FetchOptions = {}): ClosableFetch {
  const agent = new Agent({
    connections: options.connections ?? usualConnections,
    pipelining: 1,
    allowH2: false,
    // Short, since a write on a connection that the server is closing is of unknown outcome.
    keepAliveTimeout: 4_000,
    headersTimeout: longestSilenceMs,
    bodyTimeout: longestSilenceMs,
    connect: {
      timeout: 10_000,
      lookup: lookupName,
      ...(options.caFile === undefined ? {} : { ca: authorities(options.caFile) }),
    },
  });
  const fetch: Fetch = async (input, init) => {
    // A global Request is of another copy of undici and would not be understood.
    const request = input instanceof Request ? new Request(input, init) : undefined;
    const answer = await undiciFetch(request?.url ?? String(input), {
      ...(request ? partsOf(request) : toUndici(init)),
      dispatcher: agent,
    });
    // The same standard class, of the other copy.
    return answer as unknown as Response;
  };
  return Object.assign(fetch, { close: () => agent.close() });
}

function toUndici(init: RequestInit | undefined): UndiciInit {
  return { ...init } as unknown as UndiciInit;
}

function partsOf(request: Request): UndiciInit {
  const { method, headers, body, signal, redirect } = request;
  return toUndici({
    method,
    headers: [...headers],
    signal,
    redirect,
    ...(body === null ? {} : { body, duplex: "half" }),
  });
}

function authorities(caFile: string): string[] {
  return [...rootCertificates, readFileSync(caFile, "utf8")];
}
