/** One request as routes see it, and small readers for its parts. */

import type { Reply } from "../fault-effects.ts";
import type { RepoRow } from "./entities.ts";
import { notFound, unprocessable } from "./errors.ts";
import type { Actor } from "./tokens.ts";

export type { Reply };

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  /** Of the API, without a slash at the end: links and addresses in answers begin with it. */
  readonly base: string;
  readonly path: string;
  /** When the effect takes place. */
  readonly at: number;
}

/** A call below `/repos/{owner}/{repo}`. */
export interface RepoCall extends Call {
  readonly repo: RepoRow;
}

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });
export const noContent: Reply = { status: 204 };

export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`Route has no parameter ${name}`);
  return value;
}

/** An id in the path: anything that is not a number is not there. */
export function idParam(call: Call, name: string): number {
  const value = param(call, name);
  if (!/^\d+$/.test(value)) throw notFound();
  return Number(value);
}

const wrong = (field: string, value: unknown, type: string) =>
  unprocessable(
    `Invalid request.\n\nFor 'properties/${field}', ${JSON.stringify(value)} is not ${type}.`,
  );

export function text(body: Call["body"], field: string): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrong(field, value, "a string");
  return value;
}

export function requiredText(body: Call["body"], field: string): string {
  const value = text(body, field);
  if (value === undefined) throw unprocessable(`Invalid request.\n\n"${field}" wasn't supplied.`);
  return value;
}

export function integer(body: Call["body"], field: string): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value))
    throw wrong(field, value, "an integer");
  return value;
}

export function flag(body: Call["body"], field: string): boolean | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw wrong(field, value, "a boolean");
  return value;
}

export function list(body: Call["body"], field: string): readonly unknown[] | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrong(field, value, "an array");
  return value;
}

export function texts(body: Call["body"], field: string): readonly string[] | undefined {
  return list(body, field)?.map((item) => {
    if (typeof item !== "string") throw wrong(field, item, "a string");
    return item;
  });
}

export function oneOf<T extends string>(value: string, field: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw wrong(field, value, `one of ${known.join(", ")}`);
  return found;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const isoTime = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
