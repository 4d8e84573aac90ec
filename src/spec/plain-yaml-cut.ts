/** Parts of a text, made once for all the files that hold the same one. */

import type { Codes } from "./plain-yaml-cursor.ts";
import { holdsToken } from "./secret-look.ts";

/** Thrown to hand a text to the parser behind; one object, so that it costs nothing. */
export const leaveToParser = new Error("Not plain YAML");

/** Stands for the character behind the last one; no character has it. */
export const pastEnd = -1;

const slots = 2048;
const known: string[] = Array.from({ length: slots }, () => "");

/**
 * `text.slice(start, end)` of at least one character. The files of a fleet say mostly the same:
 * a text that was cut before is given again, so that neither it nor the file it was cut from is
 * kept twice. What looks like a token is left to the parser: the whole file is then searched, and
 * every other file is spared that.
 */
export function cutText(text: string, codes: Codes, start: number, end: number): string {
  const length = end - start;
  const first = codes[start] ?? 0;
  const middle = codes[start + (length >> 1)] ?? 0;
  const last = codes[end - 1] ?? 0;
  const slot = (length * 67 + first * 5 + middle * 13 + last * 31) % slots;
  const before = known[slot] ?? "";
  if (before.length === length && text.startsWith(before, start)) return before;
  const slice = text.slice(start, end);
  // A slice keeps the whole file alive; joined and cut again it is a small text of its own.
  const cut = length > 12 ? `${slice} `.slice(0, -1) : slice;
  if (holdsToken(cut)) throw leaveToParser;
  known[slot] = cut;
  return cut;
}
