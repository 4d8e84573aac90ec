/** Places in a text, as people and editors count them. */

import type { Path } from "./finding.ts";

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** A text that was read, and where its data stands in it. */
export interface Yaml {
  readonly value: unknown;
  /**
   * Position of the key or value at `path`, or of the deepest part of the path that is there.
   * The value of a block collection is located at its key.
   */
  locate(path: Path, at: "key" | "value"): Position;
}

/** Line and column, from 1, of an offset into the text. */
export function positionAt(text: string, offset: number): Position {
  let line = 1;
  let start = 0;
  for (const { index, 0: found } of text.slice(0, offset).matchAll(/\r\n?|\n/g)) {
    line += 1;
    start = index + found.length;
  }
  return { line, column: offset - start + 1 };
}
