/** One request as routes see it, and small readers for its parts. */

import { invalid } from "./errors.ts";
import type { TokenScope } from "./tokens.ts";

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  /** Without query and base path. */
  readonly url: URL;
  readonly query: URLSearchParams;
  /** Parsed JSON; `undefined` without a body. */
  readonly body: unknown;
  readonly token: TokenScope;
  /** When the effect takes place. */
  readonly at: number;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });
export const done: Reply = { status: 204 };

/** A parameter of the path. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`Route has no parameter ${name}`);
  return value;
}

/** Empty counts as not given. */
export function queryText({ query }: Call, name: string): string | undefined {
  return query.get(name) || undefined;
}

export function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(`${what} must be an object`);
  }
  return { ...value };
}

export function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${what} must be an array`);
  return value;
}

export function text(value: unknown, what: string): string {
  if (typeof value !== "string") throw invalid(`${what} must be a string`);
  return value;
}
