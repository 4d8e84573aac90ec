/** Reading answers whose shape nobody guarantees: a wrong one is a `ShapeError`, never a TypeError. */

export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

export type Json = Readonly<Record<string, unknown>>;
export type Read<T> = (value: unknown, what: string) => T;

/** How one field is read; `fallback` is for what an answer may leave out. */
export interface Field<T> {
  readonly read: Read<T>;
  readonly absent: "error" | "omit" | { readonly value: T };
}

type Fields<T> = { readonly [K in keyof T]-?: Field<Exclude<T[K], undefined>> };

/** A reader of objects with exactly the fields of T; fields it does not know are left out. */
export function shapeOf<T>(fields: Fields<T>): Read<T> {
  const entries = Object.entries<Field<unknown>>(fields);
  return (value, what) => {
    const raw = object(value, what);
    const made: Record<string, unknown> = {};
    for (const [key, field] of entries) {
      const given = raw[key];
      if (given !== undefined && given !== null) made[key] = field.read(given, `${what}.${key}`);
      else if (field.absent === "error") throw new ShapeError(`${what} has no ${key}`);
      else if (field.absent !== "omit") made[key] = field.absent.value;
    }
    return made as T;
  };
}

export function needed<T>(read: Read<T>): Field<T> {
  return { read, absent: "error" };
}

export function optional<T>(read: Read<T>): Field<T> {
  return { read, absent: "omit" };
}

export function orElse<T>(read: Read<T>, value: T): Field<T> {
  return { read, absent: { value } };
}

export function object(value: unknown, what: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ShapeError(`${what} is ${kindOf(value)}, not an object`);
  }
  return value as Json;
}

/** `null` is how Go writes an empty list. */
export function list<T>(read: Read<T>): Read<readonly T[]> {
  return (value, what) => {
    if (value === null) return [];
    if (!Array.isArray(value)) throw new ShapeError(`${what} is ${kindOf(value)}, not a list`);
    return value.map((item: unknown, at) => read(item, `${what}[${at}]`));
  };
}

export function text(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw new ShapeError(`${what} is ${kindOf(value)}, not text`);
}

/** Text that is not empty: ids and names. */
export function word(value: unknown, what: string): string {
  const read = text(value, what);
  if (read === "") throw new ShapeError(`${what} is empty`);
  return read;
}

export function number(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new ShapeError(`${what} is ${kindOf(value)}, not a number`);
}

export function flag(value: unknown, what: string): boolean {
  if (typeof value === "boolean") return value;
  throw new ShapeError(`${what} is ${kindOf(value)}, not true or false`);
}

/** An object whose values are text; what is null is left out. */
export function textMap(value: unknown, what: string): Readonly<Record<string, string>> {
  const entries = Object.entries(object(value, what)).filter(([, given]) => given !== null);
  return Object.fromEntries(entries.map(([key, given]) => [key, text(given, `${what}.${key}`)]));
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
