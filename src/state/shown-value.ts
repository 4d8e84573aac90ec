import { canonicalJson } from "#silo/canonical-json.ts";
import { plainText } from "#silo/plain-text.ts";

const longestValue = 60;

/** A value of a machine's config for people, in one short line. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return "(none)";
  const text = typeof value === "string" ? value : canonicalJson(value);
  return plainText(text.length > longestValue ? `${text.slice(0, longestValue)}…` : text);
}

/** What a person set there may be secret, and what is shown goes where everybody reads. */
export const notInSpec = "(not in the spec)";
