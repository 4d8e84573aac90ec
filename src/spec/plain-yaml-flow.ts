/** Flow collections of plain YAML: `[a, b]` and `{ a: 1, b: [2] }`, on one line. */

import type { Cursor } from "./plain-yaml-cursor.ts";
import { cutText, leaveToParser, pastEnd } from "./plain-yaml-cut.ts";
import { notePlace } from "./plain-yaml-places.ts";
import { isOdd, readKey, readQuoted, resolvePlain, skipBlanks } from "./plain-yaml-scalars.ts";

const maxDepth = 4;

const space = 0x20;
const hash = 0x23;
const comma = 0x2c;
const colon = 0x3a;
const openList = 0x5b;
const closeList = 0x5d;
const openMapping = 0x7b;
const closeMapping = 0x7d;

/** The collection whose bracket is at the cursor; the cursor ends behind the other one. */
export function readFlow(cursor: Cursor, depth: number): unknown {
  if (depth > maxDepth) throw leaveToParser;
  const isList = cursor.codes[cursor.at] === openList;
  cursor.at += 1;
  return isList ? readList(cursor, depth) : readMapping(cursor, depth);
}

function readList(cursor: Cursor, depth: number): unknown[] {
  const items: unknown[] = [];
  skipBlanks(cursor);
  if (isClosed(cursor, closeList)) return items;
  for (;;) {
    if (cursor.places !== undefined) notePlace(cursor, items, items.length, cursor.at);
    items.push(readValue(cursor, depth));
    if (isClosed(cursor, closeList)) return items;
    passComma(cursor);
  }
}

function readMapping(cursor: Cursor, depth: number): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  skipBlanks(cursor);
  if (isClosed(cursor, closeMapping)) return data;
  for (;;) {
    const keyAt = cursor.at;
    const key = readKey(cursor);
    if (data[key] !== undefined) throw leaveToParser;
    skipBlanks(cursor);
    if (cursor.places !== undefined) notePlace(cursor, data, key, keyAt);
    data[key] = readValue(cursor, depth);
    if (isClosed(cursor, closeMapping)) return data;
    passComma(cursor);
  }
}

function isClosed(cursor: Cursor, close: number): boolean {
  if (cursor.codes[cursor.at] !== close) return false;
  cursor.at += 1;
  return true;
}

/** To the next entry; a comma before the bracket is left to the parser. */
function passComma(cursor: Cursor): void {
  if (cursor.codes[cursor.at] !== comma) throw leaveToParser;
  cursor.at += 1;
  skipBlanks(cursor);
}

/** A value, and the blanks behind it. */
function readValue(cursor: Cursor, depth: number): unknown {
  const value = readBare(cursor, depth);
  skipBlanks(cursor);
  return value;
}

function readBare(cursor: Cursor, depth: number): unknown {
  const first = cursor.codes[cursor.at];
  if (first === openList || first === openMapping) return readFlow(cursor, depth + 1);
  if (first === 0x22 || first === 0x27) return readQuoted(cursor, first);
  return readPlain(cursor);
}

/** An unquoted text up to what ends an entry. */
function readPlain(cursor: Cursor): unknown {
  const { text, codes, at: start } = cursor;
  let last = start;
  for (let at = start; ; at += 1) {
    const code = codes[at] ?? pastEnd;
    if (code === comma || code === closeList || code === closeMapping) break;
    if (code === space) continue;
    const isUnusual = code === openList || code === openMapping || code === hash;
    if (isUnusual || isOdd(code)) throw leaveToParser;
    if (code === colon && isIndicator(codes[at + 1] ?? pastEnd)) throw leaveToParser;
    last = at;
  }
  cursor.at = last + 1;
  return resolvePlain(cutText(text, codes, start, last + 1));
}

/** What makes a colon before it the end of a key. */
const isIndicator = (code: number): boolean => !(code > space) || code === comma || isBracket(code);

const isBracket = (code: number): boolean =>
  code === openList || code === closeList || code === openMapping || code === closeMapping;
