/** Reads entities of Kong's declarative file, collecting what is wrong with them. */

import { parse } from "yaml";
import { isKnownField } from "./kong-plugin-fields.ts";

export type Entity = Readonly<Record<string, unknown>>;

export interface Context {
  readonly problems: string[];
  /** Plugins of KONG_PLUGINS. */
  readonly enabled: ReadonlySet<string>;
}

/** A credential is never named in a message. */
export function unique(
  { problems }: Context,
  what: string,
  values: readonly unknown[],
  secret = false,
): void {
  const seen = new Set<unknown>();
  for (const value of values) {
    if (value === undefined) continue;
    const shown = secret ? "" : ` with name set to '${String(value)}'`;
    if (seen.has(value))
      problems.push(`in '${what}': uniqueness violation: entity${shown} already declared`);
    seen.add(value);
  }
}

export function checkFields(
  context: Context,
  at: string,
  kind: Parameters<typeof isKnownField>[0],
  entity: Entity,
): void {
  for (const field of Object.keys(entity)) {
    if (!isKnownField(kind, field)) {
      context.problems.push(`in '${at ? `${at}.` : ""}${field}': unknown field`);
    }
  }
}

export function list(context: Context, at: string, value: unknown): [Entity, string][] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    context.problems.push(`in '${at}': expected an array`);
    return [];
  }
  return value.flatMap((item: unknown, index): [Entity, string][] => {
    const entity = asEntity(item);
    if (!entity) context.problems.push(`in '${at}[${index}]': expected a record`);
    return entity ? [[entity, `${at}[${index}]`]] : [];
  });
}

export function strings(context: Context, at: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  context.problems.push(`in '${at}': expected an array of strings`);
  return [];
}

export function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n", 1)[0] : "unreadable";
    throw new Error(`failed parsing declarative configuration: ${reason}`);
  }
}

export const asEntity = (value: unknown): Entity | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
