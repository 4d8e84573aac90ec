/** What a call of the Fly API consists of, and what the client is made from. */

import type { Secret } from "#silo/secret.ts";
import type { Clock, Fetch, Random } from "#world/effects.ts";
import type { FlyAction } from "./limits.ts";

export interface FlyCallRecord {
  readonly action: FlyAction;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly ms: number;
}

export interface FlyClientOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** One for each organisation, or one for all. */
  readonly tokens: readonly Secret[];
  readonly baseUrl?: string;
  /** Of the metrics; the path of an organisation and `/api/v1` follow. */
  readonly metricsUrl?: string;
  /** Of the service that keeps what machines write; `/api/v1` follows. */
  readonly logsUrl?: string;
  /** Told about every attempt, retries included. */
  readonly onCall?: (call: FlyCallRecord) => void;
  /** Whose calls go first where calls queue: the higher number; 0 by default. */
  readonly priorityOf?: (app: string) => number;
  readonly maxAttempts?: number;
}

/**
 * - `read`: changes nothing
 * - `repeatable`: a second time changes nothing more
 * - `once`: a create, or a change that a repetition could double; repeated only when it is proven
 *   that nothing happened
 */
export type Effect = "read" | "repeatable" | "once";

export interface FlyRequestFacts {
  readonly action: FlyAction;
  /** For the error: `create machine in devenv-acme-erp-pg`. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Default `machines`. */
  readonly service?: "machines" | "metrics" | "logs";
  /** Encoded segment by segment; begins after `/v1/`, for metrics after the URL of all of them. */
  readonly path: readonly string[];
  readonly query?: readonly (readonly [string, string])[];
  readonly body?: unknown;
  readonly nonce?: string | undefined;
  readonly effect: Effect;
  readonly org?: string;
  readonly app?: string;
  /** The id that the limit belongs to; else the app, else the organisation. */
  readonly key?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly maxAttempts?: number;
  /** Refusals that are an answer here and not worth another try. */
  readonly final?: (refusal: { readonly status: number; readonly detail: string }) => boolean;
  /** Secret values in the request, masked in whatever the API says about it. */
  readonly hidden?: readonly string[];
  /** Instead of the one that fits the app or organisation. */
  readonly token?: string;
}

export interface FlyRequest<T> extends FlyRequestFacts {
  readonly read: (answer: FlyAnswer) => T;
}

export interface FlyAnswer {
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
  readonly headers: Headers;
}
