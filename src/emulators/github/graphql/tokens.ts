/** Cuts a GraphQL document into words, each with its place. */

import { QueryProblem } from "./problems.ts";

export interface Word {
  readonly kind: "punctuator" | "name" | "number" | "string" | "end";
  /** Of a string: what it stands for. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const pattern =
  /[\s,\uFEFF]+|#[^\n]*|(?<punctuator>\.\.\.|[!$&()=@:[\]{|}])|(?<name>[A-Za-z_]\w*)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|"""(?<block>(?:\\"""|[^"]|"(?!""))*)"""|(?<string>"(?:\\.|[^"\\\n])*")/y;

export function wordsOf(source: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  while (at < source.length) {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    const column = at - lineStart + 1;
    if (!found) {
      throw new QueryProblem(`Unexpected character ${JSON.stringify(source[at])}`, {
        line,
        column,
      });
    }
    const word = wordOf(found.groups ?? {});
    if (word) words.push({ ...word, line, column });
    for (const character of found[0].matchAll(/\n/g)) {
      line++;
      lineStart = at + character.index + 1;
    }
    at += found[0].length;
  }
  words.push({ kind: "end", text: "", line, column: at - lineStart + 1 });
  return words;
}

function wordOf(
  groups: Readonly<Record<string, string | undefined>>,
): Pick<Word, "kind" | "text"> | undefined {
  const { punctuator, name, number, block, string } = groups;
  if (punctuator !== undefined) return { kind: "punctuator", text: punctuator };
  if (name !== undefined) return { kind: "name", text: name };
  if (number !== undefined) return { kind: "number", text: number };
  if (block !== undefined) return { kind: "string", text: block.trim() };
  if (string !== undefined) return { kind: "string", text: JSON.parse(string) };
  return undefined;
}
