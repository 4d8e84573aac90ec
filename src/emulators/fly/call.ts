/** One request as routes see it, and small readers for its parts. */

import { invalid } from "./errors.ts";
import type { TokenScope } from "./tokens.ts";

export interface Call {
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: TokenScope;
  /** When the effect takes place. */
  readonly at: number;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body: unknown): Reply => ({ status: 200, body });

/** A parameter of the path. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`Route has no parameter ${name}`);
  return value;
}

export function text(body: Call["body"], field: string): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalid(`${field} must be a string`);
  return value;
}

export function integer(body: Call["body"], field: string): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw invalid(`${field} must be an integer`);
  }
  return value;
}

export function flag(body: Call["body"], field: string): boolean | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw invalid(`${field} must be a boolean`);
  return value;
}

export function queryFlag(query: URLSearchParams, field: string): boolean {
  return ["true", "1"].includes(query.get(field) ?? "");
}

export function queryInteger(query: URLSearchParams, field: string): number | undefined {
  const value = query.get(field);
  if (value === null || value === "") return undefined;
  if (!/^\d+$/.test(value)) throw invalid(`${field} must be an integer`);
  return Number(value);
}

/** `?state=a,b&state=c`; undefined when not given. */
export function queryList(query: URLSearchParams, field: string): readonly string[] | undefined {
  const values = query.getAll(field).flatMap((value) => value.split(","));
  return values.length === 0 ? undefined : values;
}
