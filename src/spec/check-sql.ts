/**
 * What an SQL file of a silo may hold. It runs as `postgres` in one transaction, so that a file that
 * fails leaves nothing behind; nothing in it may reach out of the database.
 */

import type { SqlScript } from "#silo/sql-files.ts";
import type { ReadStatement } from "./sql-statements.ts";

export interface SqlProblem {
  readonly line: number;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

type Shape = Pick<SqlScript, "isAtomic" | "skipped">;

export function shapeOf(statements: readonly ReadStatement[]): Shape | SqlProblem {
  for (const statement of statements) {
    const found = escapeIn(statement);
    if (found) return { line: statement.line, ...found };
  }
  const skipped = wrapperOf(statements);
  const inner = statements.filter((_one, at) => !skipped.includes(at));
  const ended = inner.find(({ words }) => endsTransaction(words));
  if (ended) return { line: ended.line, ...problems.transaction };
  const alone = inner.find(({ words }) => isLonely(words));
  if (!alone) return { isAtomic: true, skipped };
  if (inner.length > 1) return { line: alone.line, ...problems.lonely };
  if (!isRepeatable(alone.words)) return { line: alone.line, ...problems.repeatable };
  return { isAtomic: false, skipped };
}

export const isProblem = (shape: Shape | SqlProblem): shape is SqlProblem => "code" in shape;

const problems = {
  transaction: {
    code: "SQL_TRANSACTION",
    message: "The file ends its transaction in the middle, so that a failure could not be undone",
    fix: "Leave BEGIN, COMMIT and ROLLBACK out: each file is one transaction; or make two files of it",
  },
  lonely: {
    code: "SQL_NO_TRANSACTION",
    message: "This statement cannot be part of a transaction, and there are others in the file",
    fix: "Put it into a file of its own",
  },
  repeatable: {
    code: "SQL_NOT_REPEATABLE",
    message: "This statement is in no transaction, and would fail if a run that died did it again",
    fix: "Write IF NOT EXISTS, or IF EXISTS",
  },
  copy: {
    code: "SQL_COPY",
    message:
      "COPY reads from or writes to a file, a program or a client, and there is none of them",
    fix: "Write INSERT; `pg_dump --inserts` makes them",
  },
  program: {
    code: "SQL_ESCAPE",
    message: "COPY … PROGRAM runs a program on the machine of the database",
    fix: "Remove it: SQL files may not leave the database",
  },
  fileRole: {
    code: "SQL_ESCAPE",
    message: "The file names a role that may read files or run programs on the machine",
    fix: "Remove it: SQL files may not leave the database",
  },
  quotes: {
    code: "SQL_QUOTES",
    message: "Without standard_conforming_strings a backslash means something else in quotes",
    fix: "Remove the line, and write E'…' where a backslash is an escape",
  },
} as const;

type Found = Omit<SqlProblem, "line">;

/** Data is no code: what rows hold is not looked into. */
const dataWords = ["insert", "update", "select", "with", "values", "delete"];
const copyProgram = /\bcopy\b[^;]*\b(?:from|to)\s+program\b/i;
const fileRoles = /\bpg_(?:execute_server_program|read_server_files|write_server_files)\b/i;

function escapeIn({ words, sql }: ReadStatement): Found | undefined {
  const [first = ""] = words;
  if (first === "copy") return words.includes("program") ? problems.program : problems.copy;
  if (first === "set" && words.includes("standard_conforming_strings")) {
    return /\b(?:off|false|0|no)\b/i.test(sql) ? problems.quotes : undefined;
  }
  if (dataWords.includes(first)) return undefined;
  if (copyProgram.test(sql)) return problems.program;
  return fileRoles.test(sql) ? problems.fileRole : undefined;
}

/** A pair around everything is how many write them, and says no more than we do anyway. */
function wrapperOf(statements: readonly ReadStatement[]): readonly number[] {
  const last = statements.length - 1;
  const begins = isBegin(statements[0]?.words ?? []);
  const commits = isCommit(statements[last]?.words ?? []);
  return last > 0 && begins && commits ? [0, last] : [];
}

const isBegin = ([first, second]: readonly string[]): boolean =>
  first === "begin" || (first === "start" && second === "transaction");

const isCommit = ([first, second]: readonly string[]): boolean =>
  (first === "commit" && second !== "prepared") || first === "end";

function endsTransaction(words: readonly string[]): boolean {
  const [first, second] = words;
  if (isBegin(words) || first === "commit" || first === "end" || first === "abort") return true;
  if (first === "rollback") return !words.includes("to");
  return first === "prepare" && second === "transaction";
}

/** PostgreSQL refuses them in a transaction; others it refuses says the database itself. */
function isLonely(words: readonly string[]): boolean {
  const [first = "", second = ""] = words;
  if (first === "vacuum") return true;
  if (first === "reindex") return words.includes("concurrently");
  const isIndex = second === "index" || (second === "unique" && words[2] === "index");
  return (first === "create" || first === "drop") && isIndex && words.includes("concurrently");
}

const isRepeatable = (words: readonly string[]): boolean =>
  ["vacuum", "reindex"].includes(words[0] ?? "") ||
  (words.includes("if") && words.includes("exists"));
