/**
 * All syntax errors of a text that the one parser refused. The second parser is asked here only:
 * it goes on after an error, and nothing it reads is ever used.
 */

import { YAMLException } from "js-yaml";
import onDemand from "./on-demand.cjs";
import { positionAt } from "./position.ts";
import type { YamlFault } from "./yaml-fault.ts";

export function explainSyntax(text: string, error: unknown): YamlFault[] {
  const first = offsetOf(error);
  const found = secondOpinion(text);
  const reasons = found.length > 0 ? found : [{ code: "", offset: first }];
  const faults = reasons.map(({ code, offset }) => ({
    ...positionAt(text, offset),
    ...(isTabBefore(text, offset) ? tab : (texts[code] ?? syntax)),
  }));
  // What follows on the same line is mostly the same mistake once more.
  return faults.filter(({ line }, at) => line !== faults[at - 1]?.line);
}

interface Reason {
  readonly code: string;
  readonly offset: number;
}

const maxReasons = 20;

function secondOpinion(text: string): Reason[] {
  try {
    const document = onDemand
      .yaml()
      .parseDocument(text, { prettyErrors: false, logLevel: "error" });
    const reasons = document.errors.map(({ code, pos }) => ({ code, offset: pos[0] }));
    return reasons.slice(0, maxReasons);
  } catch {
    // Nested so deeply that it ran out of stack.
    return [];
  }
}

function offsetOf(error: unknown): number {
  return error instanceof YAMLException ? (error.mark?.position ?? 0) : 0;
}

/** Whether the line is indented with a tab: the usual reason, whatever the parser calls it. */
function isTabBefore(text: string, offset: number): boolean {
  const start =
    Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
  return /^ *\t/.test(text.slice(start));
}

type FaultText = Pick<YamlFault, "code" | "message" | "fix">;

const syntax: FaultText = {
  code: "YAML_SYNTAX",
  message: "This is not valid YAML",
  fix: "Write one `key: value` a line, two blanks deeper for each level; put text with special characters in quotes",
};

const tab: FaultText = {
  code: "YAML_TAB",
  message: "The line is indented with a tab",
  fix: "Use blanks: two for each level",
};

const indentation: FaultText = {
  code: "YAML_SYNTAX",
  message: "The indentation does not fit the lines above",
  fix: "Give all keys of one level the same number of blanks in front",
};

const missingCharacter: FaultText = {
  code: "YAML_SYNTAX",
  message: "A quote, bracket, comma or colon is missing",
  fix: "Close every quote and bracket, and write `key: value` with a blank after the colon",
};

const oneLine: FaultText = {
  code: "YAML_SYNTAX",
  message: "A key must stand on one line, with its value after the colon",
  fix: "Write `key: value`; if the value holds a colon, put it in quotes",
};

const texts: Readonly<Record<string, FaultText>> = {
  TAB_AS_INDENT: tab,
  BAD_INDENT: indentation,
  MISSING_CHAR: missingCharacter,
  BLOCK_AS_IMPLICIT_KEY: oneLine,
  MULTILINE_IMPLICIT_KEY: oneLine,
  BAD_DQ_ESCAPE: {
    code: "YAML_SYNTAX",
    message: "The text in double quotes holds a backslash that stands for nothing",
    fix: "Write the backslash twice, or use single quotes",
  },
  BAD_SCALAR_START: {
    code: "YAML_SYNTAX",
    message: "A value may not start with this character",
    fix: "Put the value in quotes",
  },
  DUPLICATE_KEY: {
    code: "YAML_DUPLICATE_KEY",
    message: "The key is already in this mapping",
    fix: "Keep one of the two",
  },
};
