/** Keys and texts of plain YAML. */

import type { Cursor } from "./plain-yaml-cursor.ts";
import { cutText, leaveToParser, pastEnd } from "./plain-yaml-cut.ts";

const space = 0x20;
const newline = 0x0a;
const colon = 0x3a;

export function skipBlanks(cursor: Cursor): void {
  while (cursor.codes[cursor.at] === space) cursor.at += 1;
}

/** An unquoted key with its colon: a word that no parser takes for anything but text. */
export function readKey(cursor: Cursor): string {
  const { text, codes, at: start } = cursor;
  let at = start;
  while (isWord(codes[at] ?? pastEnd, at === start)) at += 1;
  const next = codes[at + 1];
  const isEnded = next === space || next === newline || at + 1 >= codes.length;
  const key = at === start ? "" : cutText(text, codes, start, at);
  if (at === start || codes[at] !== colon || !isEnded) throw leaveToParser;
  if (isSpecial(key) || key === "__proto__") throw leaveToParser;
  cursor.at = at + 1;
  return key;
}

/** Letters and underscores; behind the first also digits and hyphens. */
const isWord = (code: number, isFirst: boolean): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  code === 0x5f ||
  (!isFirst && ((code >= 0x30 && code <= 0x39) || code === 0x2d));

/** A text in quotes that ends on its line and in which nothing is escaped. */
export function readQuoted(cursor: Cursor, quote: number): string {
  const { text, codes, at: start } = cursor;
  let at = start + 1;
  for (; ; at += 1) {
    const code = codes[at] ?? pastEnd;
    if (code === quote) break;
    // A backslash escapes in double quotes.
    if (isOdd(code) || code === 0x5c) throw leaveToParser;
  }
  // Two single quotes stand for one.
  if (codes[at + 1] === quote) throw leaveToParser;
  cursor.at = at + 1;
  return at === start + 1 ? "" : cutText(text, codes, start + 1, at);
}

/** Control characters, the end of the text, halves of pairs and what some parser takes for the end of a line. */
export const isOdd = (code: number): boolean =>
  code < space ||
  (code > 0x7e && code < 0xa0) ||
  code >= 0xd800 ||
  code === 0x2028 ||
  code === 0x2029;

/** Words of the core schema of YAML 1.2 that are no text. */
const special = new Map<string, boolean | null | undefined>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["True", undefined],
  ["TRUE", undefined],
  ["False", undefined],
  ["FALSE", undefined],
  ["Null", undefined],
  ["NULL", undefined],
]);

const isSpecial = (text: string): boolean =>
  (text.length === 4 || text.length === 5) && special.has(text);

/** The value of an unquoted text. */
export function resolvePlain(text: string): unknown {
  const first = text.charCodeAt(0);
  if (isWord(first, true)) {
    if (!isSpecial(text)) return text;
    const value = special.get(text);
    if (value === undefined) throw leaveToParser;
    return value;
  }
  if (/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/.test(text)) return text === "-0" ? -0 : Number(text);
  // A date, and what follows it, is text to every parser of YAML 1.2.
  if (/^\d{4}-\d\d-\d\d/.test(text) || first === 0x2f) return text;
  throw leaveToParser;
}
