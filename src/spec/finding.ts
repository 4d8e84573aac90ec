/** What is wrong, or doubtful, in a file, and what to do about it. */

import { plainText } from "#silo/plain-text.ts";

export type Severity = "error" | "warning";

export interface Finding {
  /** Path as the caller named the folder. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly severity: Severity;
  /** Stable, in capitals, for example `UNKNOWN_KEY`. */
  readonly code: string;
  /** Holds no secret value. */
  readonly message: string;
  readonly fix: string;
}

export type Path = readonly (string | number)[];

/** A finding whose place is still a path into the data: positions are computed only when needed. */
export interface Problem {
  readonly path: Path;
  /** Whether the key itself or its value is meant. */
  readonly at: "key" | "value";
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

export const problem = (
  code: string,
  path: Path,
  message: string,
  fix: string,
  more: { readonly at?: "key" | "value"; readonly severity?: Severity } = {},
): Problem => ({ path, at: "value", severity: "error", code, message, fix, ...more });

/** A finding about a file as a whole. */
export const fileFinding = (
  file: string,
  code: string,
  message: string,
  fix: string,
  severity: Severity = "error",
): Finding => ({ file, line: 1, column: 1, severity, code, message, fix });

export const compareFindings = (a: Finding, b: Finding): number =>
  (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column;

export const isError = ({ severity }: Finding): boolean => severity === "error";

/** A finding as a person reads it, its fix on a line of its own; whoever named the file or wrote in it. */
export const findingLine = ({
  file,
  line,
  column,
  severity,
  code,
  message,
  fix,
}: Finding): string =>
  `${plainText(file)}:${line}:${column}: ${severity} ${code} ${plainText(message)}\n  fix: ${plainText(fix)}`;
