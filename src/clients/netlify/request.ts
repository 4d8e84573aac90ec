/** What a call of Netlify's API consists of, and what the client is made from. */

import type { Secret } from "#silo/secret.ts";
import type { Clock, Fetch, Random } from "#world/effects.ts";

export interface NetlifyCallRecord {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly ms: number;
}

export interface NetlifyClientOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** A personal access token, which may do whatever its owner may: Netlify knows no scopes. */
  readonly token: Secret;
  /** NETLIFY_API_URL; Netlify's own by default. */
  readonly baseUrl?: string;
  /** Spreads retries; without it they come at the middle of their range. */
  readonly random?: Random;
  /** Told about every attempt, retries included. */
  readonly onCall?: (call: NetlifyCallRecord) => void;
}

/**
 * - `read`: changes nothing
 * - `repeatable`: a second time changes nothing more
 * - `once`: repeated only when it is proven that nothing happened
 */
export type Effect = "read" | "repeatable" | "once";

export interface NetlifyRequestFacts {
  /** For the error: `read the variable VITE_SUPABASE_URL of silo-acme-erp`. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Encoded segment by segment; begins after the base URL. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly effect: Effect;
  /** Values in the request that must not be in an error. */
  readonly hidden?: readonly string[];
}

export interface NetlifyRequest<T> extends NetlifyRequestFacts {
  readonly read: (answer: NetlifyAnswer) => T;
}

export interface NetlifyAnswer {
  /** Parsed JSON; `undefined` for an empty body. */
  readonly body: unknown;
  readonly headers: Headers;
}
