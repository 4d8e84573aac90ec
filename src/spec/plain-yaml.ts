/**
 * Reads the YAML that specs are written in, three times as fast as a whole parser: block mappings
 * and lists, flow collections on one line, texts on one line without escapes, comments.
 * Anything else is left to the parser behind it, never guessed; a test holds the two, and a third,
 * to the same values.
 */

import type { Codes, Cursor, Places } from "./plain-yaml-cursor.ts";
import { cutText, leaveToParser, pastEnd } from "./plain-yaml-cut.ts";
import { readFlow } from "./plain-yaml-flow.ts";
import { locateIn, notePlace } from "./plain-yaml-places.ts";
import { isOdd, readKey, readQuoted, resolvePlain, skipBlanks } from "./plain-yaml-scalars.ts";
import type { Yaml } from "./position.ts";

/**
 * Data of the text, or `undefined` when it holds anything unusual or wrong.
 * `bytes` are the text in UTF-8, when they are at hand.
 */
export function parsePlainYaml(
  text: string,
  bytes?: Uint8Array,
): Readonly<Record<string, unknown>> | undefined {
  // Of equal length only when every character is one byte.
  const codes = bytes?.length === text.length ? bytes : codesOf(text);
  return read({ text, codes, at: 0, indent: 0, places: undefined });
}

/** The same with the place of every key and value. */
export function placePlainYaml(text: string): Yaml | undefined {
  const places: Places = new Map();
  const value = read({ text, codes: codesOf(text), at: 0, indent: 0, places });
  if (value === undefined) return undefined;
  return { value, locate: (path, at) => locateIn(text, value, places, path, at) };
}

function codesOf(text: string): Codes {
  const codes = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) codes[at] = text.charCodeAt(at);
  return codes;
}

function read(cursor: Cursor): Readonly<Record<string, unknown>> | undefined {
  try {
    toContent(cursor);
    const data = cursor.indent === 0 ? readMapping(cursor, 0, 0) : undefined;
    return cursor.indent === end ? data : undefined;
  } catch (error) {
    if (error === leaveToParser) return undefined;
    throw error;
  }
}

/** Indent of the line after the last one. */
const end = -1;
const maxDepth = 8;

const space = 0x20;
const newline = 0x0a;
const hash = 0x23;
const dash = 0x2d;

function readMapping(cursor: Cursor, indent: number, depth: number): Record<string, unknown> {
  if (depth > maxDepth) throw leaveToParser;
  const data: Record<string, unknown> = {};
  while (cursor.indent === indent) {
    const keyAt = cursor.at;
    const key = readKey(cursor);
    // No value is undefined; what every object has is left to the parser as well.
    if (data[key] !== undefined) throw leaveToParser;
    if (cursor.places !== undefined) notePlace(cursor, data, key, keyAt);
    data[key] = readValue(cursor, indent, depth);
  }
  // Deeper than its siblings: only a faulty text has that.
  if (cursor.indent > indent) throw leaveToParser;
  return data;
}

function readValue(cursor: Cursor, indent: number, depth: number): unknown {
  if (!isLineDone(cursor)) return readInline(cursor, indent);
  nextLine(cursor);
  const isList = isItem(cursor);
  // A list may stand as far left as its key.
  if (isList && cursor.indent >= indent) return readList(cursor, cursor.indent);
  return cursor.indent > indent ? readMapping(cursor, cursor.indent, depth + 1) : null;
}

function readList(cursor: Cursor, indent: number): unknown[] {
  const items: unknown[] = [];
  while (cursor.indent === indent && isItem(cursor)) {
    cursor.at += 1;
    if (isLineDone(cursor)) throw leaveToParser;
    if (cursor.places !== undefined) notePlace(cursor, items, items.length, cursor.at);
    items.push(readInline(cursor, indent));
  }
  if (cursor.indent > indent) throw leaveToParser;
  return items;
}

const isItem = ({ codes, at, indent }: Cursor): boolean =>
  indent !== end && codes[at] === dash && codes[at + 1] === space;

/** A value that stands on the line of its key or dash, and the end of that line. */
function readInline(cursor: Cursor, indent: number): unknown {
  const value = readScalarOrFlow(cursor);
  if (!isLineDone(cursor)) throw leaveToParser;
  nextLine(cursor);
  // The text may go on in a deeper line.
  if (cursor.indent > indent) throw leaveToParser;
  return value;
}

function readScalarOrFlow(cursor: Cursor): unknown {
  const first = cursor.codes[cursor.at];
  if (first === 0x22 || first === 0x27) return readQuoted(cursor, first);
  if (first === 0x5b || first === 0x7b) return readFlow(cursor, 0);
  return readPlain(cursor);
}

/** An unquoted text up to the end of its line or a comment. */
function readPlain(cursor: Cursor): unknown {
  const { text, codes, at: start } = cursor;
  let last = start;
  let at = start;
  for (; at < codes.length; at += 1) {
    const code = codes[at] ?? pastEnd;
    if (code === newline) break;
    if (code === space) continue;
    if (code === hash && last < at - 1) break;
    if (code === 0x3a && isBlankAt(codes, at + 1)) throw leaveToParser;
    if (isOdd(code)) throw leaveToParser;
    last = at;
  }
  cursor.at = last + 1;
  return resolvePlain(cutText(text, codes, start, last + 1));
}

const isBlankAt = (codes: Codes, at: number): boolean =>
  at >= codes.length || codes[at] === space || codes[at] === newline;

/** Whether nothing but blanks and a comment is left of the line; moves to what is left. */
function isLineDone(cursor: Cursor): boolean {
  const before = cursor.at;
  skipBlanks(cursor);
  const code = cursor.codes[cursor.at];
  if (cursor.at >= cursor.codes.length || code === newline) return true;
  return code === hash && cursor.at > before;
}

/** Moves from what is left of a finished line to the next content. */
function nextLine(cursor: Cursor): void {
  const { codes, at } = cursor;
  cursor.at = codes[at] === hash ? afterComment(cursor, at) : at + 1;
  toContent(cursor);
}

/** Moves from the start of a line to the next content, which sets the indent. */
function toContent(cursor: Cursor): void {
  const { codes } = cursor;
  let start = cursor.at;
  for (;;) {
    let at = start;
    while (codes[at] === space) at += 1;
    const code = codes[at];
    if (code !== newline && code !== hash) {
      cursor.at = at;
      cursor.indent = at >= codes.length ? end : at - start;
      return;
    }
    start = code === newline ? at + 1 : afterComment(cursor, at);
  }
}

function afterComment({ text, codes }: Cursor, hashAt: number): number {
  let at = hashAt;
  for (; at < codes.length; at += 1) {
    const code = codes[at] ?? pastEnd;
    if (code === newline) break;
    if (isOdd(code)) throw leaveToParser;
  }
  // Only to have it searched for tokens.
  cutText(text, codes, hashAt, at);
  return at + 1;
}
