/** Values and types in words, for messages. */

import { findSecrets, isRandom } from "./secret-look.ts";

/** A value as it may be printed: shortened, and never one that looks like a secret. */
export function show(value: unknown): string {
  if (typeof value === "string") {
    if (findSecrets(value).length > 0 || isLongAndRandom(value)) return "(hidden)";
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  }
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a mapping" : String(value);
}

const isLongAndRandom = (value: string): boolean => value.length > 24 && isRandom(value);

/** The type of a value in words. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return `the text ${show(value)}`;
  return typeof value === "boolean" ? `the switch ${value}` : `the number ${String(value)}`;
}

/** A type of JSON Schema in words. */
export const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "a mapping of `key: value` lines",
  array: "a list",
};

export const list = (words: readonly unknown[]): string => {
  const shown = words.map(String);
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} or ${last}`;
};

export const dotted = (path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
