/** Who is connected to the model of a database, and what `pg_stat_activity` says of them. */

import type { Login, SqlColumn, SqlMessage, SqlResult } from "./database.ts";

export interface ModelSession {
  readonly user: string;
  readonly applicationName: string;
  readonly startedMs: number;
  /** Its last statement, and when that ended. */
  query: string;
  changedMs: number;
}

export function newSession({ user, applicationName = "" }: Login, nowMs: number): ModelSession {
  return { user, applicationName, startedMs: nowMs, query: "", changedMs: nowMs };
}

interface Looking {
  readonly all: ReadonlySet<ModelSession>;
  readonly own: ModelSession;
  readonly nowMs: number;
}

type Read = (session: ModelSession, nowMs: number) => string;

const seconds = (ms: number): string => String(Math.floor(ms / 1_000));

/** The expressions that a model can be asked for. */
const known: Readonly<Record<string, Read>> = {
  usename: ({ user }) => user,
  application_name: ({ applicationName }) => applicationName,
  state: () => "idle",
  query: ({ query }) => query,
  "query ilike 'listen%'": ({ query }) => (/^listen/i.test(query) ? "t" : "f"),
  "floor(extract(epoch from clock_timestamp() - state_change))": ({ changedMs }, nowMs) =>
    seconds(nowMs - changedMs),
  "floor(extract(epoch from clock_timestamp() - backend_start))": ({ startedMs }, nowMs) =>
    seconds(nowMs - startedMs),
};

const form =
  /^select (.+) from (?:pg_catalog\.)?pg_stat_activity where backend_type = 'client backend'( and pid <> (?:pg_catalog\.)?pg_backend_pid\(\))?$/i;

/** `undefined` when the statement asks for something else. */
export function answerActivity(
  text: string,
  { all, own, nowMs }: Looking,
): SqlResult | SqlMessage | undefined {
  const [, list, withoutOwn] = form.exec(text) ?? [];
  if (list === undefined) return undefined;
  const columns: SqlColumn[] = [];
  const reads: Read[] = [];
  for (const term of termsOf(list)) {
    const [, expression = term, alias] = /^(.+?) as (\w+)$/i.exec(term) ?? [];
    const read = known[expression.toLowerCase()];
    if (!read) return { severity: "ERROR", code: "0A000", message: `no model of ${expression}` };
    columns.push({ name: alias ?? expression, numeric: false });
    reads.push(read);
  }
  const shown = [...all].filter((session) => !withoutOwn || session !== own);
  const rows = shown.map((session) => reads.map((read) => read(session, nowMs)));
  return { columns, rows, tag: `SELECT ${rows.length}` };
}

/** The model keeps no tables, so every statement counts as a use of one. */
const tableUses =
  /^select coalesce\(sum\(seq_scan .+\), 0\) from pg_catalog\.pg_stat_user_tables$/i;

export function answerTableUses(text: string, statements: number): SqlResult | undefined {
  if (!tableUses.test(text)) return undefined;
  const columns = [{ name: "coalesce", numeric: true }];
  return { columns, rows: [[String(statements)]], tag: "SELECT 1" };
}

/** Commas in parentheses separate nothing. */
function termsOf(list: string): string[] {
  const terms: string[] = [""];
  let depth = 0;
  for (const char of list) {
    if (char === "(") depth++;
    if (char === ")") depth--;
    if (char === "," && depth === 0) terms.push("");
    else terms.push(`${terms.pop() ?? ""}${char}`);
  }
  return terms.map((term) => term.trim());
}
