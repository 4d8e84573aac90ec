/** The statements that the model of a database understands. */

import type { SqlColumn, SqlMessage, SqlResult } from "./database.ts";
import { plainRole, type Role, type Roles } from "./image-roles.ts";
import { storedPassword } from "./scram.ts";

/** All that the model of a database is. */
export interface ModelState {
  readonly roles: Roles;
  readonly schemas: readonly string[];
}

export type ModelAnswer = { readonly state: ModelState; readonly result: SqlResult } | SqlMessage;

export function answerModelStatement(
  state: ModelState,
  user: string,
  statement: string,
): ModelAnswer {
  const text = statement
    .replace(/--[^\n]*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const done = (tag: string): ModelAnswer => ({ state, result: { columns: [], rows: [], tag } });
  if (/^(begin|start transaction)$/i.test(text)) return done("BEGIN");
  if (/^(commit|rollback)$/i.test(text)) return done(text.toUpperCase());
  if (/^set /i.test(text)) return done("SET");
  if (/^alter database \S+ set /i.test(text)) return done("ALTER DATABASE");
  const guarded = guardedStatement.exec(text);
  if (guarded) {
    const [, , name = "", inner = ""] = guarded;
    const answer = state.roles[name] ? answerModelStatement(state, user, inner) : done("DO");
    return "state" in answer ? { ...answer, result: { columns: [], rows: [], tag: "DO" } } : answer;
  }
  if (forAbsentTable.test(text) || endsConnections.test(text)) return done("DO");
  const role = /^(alter|create) (?:role|user) ("[^"]+"|\w+) ?(.*)$/i.exec(text);
  if (role) return changeRole(state, user, role);
  if (isServiceMigration(text)) return done(text.split(" ", 2).join(" ").toUpperCase());
  return answerSelect(state, text);
}

/** `DO` with one statement for a role that may be missing. */
const guardedStatement =
  /^do \$(\w*)\$ begin if exists \(select (?:1 )?from (?:pg_catalog\.)?pg_roles where rolname = '(\w+)'\) then (.+?); end if; end;? \$\1\$$/i;

/** `DO` for a table that may be missing: the model keeps none. */
const forAbsentTable =
  /^do \$(\w*)\$ begin if to_regclass\('[\w.]+'\) is not null then .+; end if; end;? \$\1\$$/i;

/** Nobody is connected to a model. */
const endsConnections =
  /^do \$(\w*)\$ begin perform (?:pg_catalog\.)?pg_terminate_backend\(pid\) from [^;]+; end;? \$\1\$$/i;

/** What GoTrue and Storage run at boot: the model keeps no tables, so it need not follow. */
const isServiceMigration = (text: string): boolean =>
  /^(create table if not exists|create or replace function|alter table|insert into) (auth|storage)\./i.test(
    text,
  );

const flags: Readonly<Record<string, Partial<Role>>> = {
  LOGIN: { login: true },
  NOLOGIN: { login: false },
  SUPERUSER: { superuser: true },
  NOSUPERUSER: { superuser: false },
  CREATEDB: { createdb: true },
  NOCREATEDB: { createdb: false },
  CREATEROLE: { createrole: true },
  NOCREATEROLE: { createrole: false },
  REPLICATION: { replication: true },
  NOREPLICATION: { replication: false },
  BYPASSRLS: { bypassrls: true },
  NOBYPASSRLS: { bypassrls: false },
  INHERIT: { inherit: true },
  NOINHERIT: { inherit: false },
};

/** supautils keeps these for the superuser. */
const reserved = ["anon", "authenticated", "service_role", "authenticator"];

function changeRole(state: ModelState, user: string, found: RegExpExecArray): ModelAnswer {
  const [, verb = "", quoted = "", options = ""] = found;
  const name = quoted.startsWith('"') ? quoted.slice(1, -1) : quoted.toLowerCase();
  const known = Object.hasOwn(state.roles, name) ? state.roles[name] : undefined;
  const create = verb.toLowerCase() === "create";
  const tag = create ? "CREATE ROLE" : "ALTER ROLE";
  if (create && known) return problem("42710", `role "${name}" already exists`);
  if (!create && !known) return problem("42704", `role "${name}" does not exist`);
  if (reserved.includes(name) && !state.roles[user]?.superuser) {
    return problem("42501", `"${name}" is a reserved role, only superusers can modify it`);
  }
  const done = { columns: [], rows: [], tag };
  if (/^(set|reset|in database) /i.test(options)) return { state, result: done };
  const changes = readOptions(name, options);
  if (!changes) return beyondModel();
  const login = create && /user /i.test(found[0]) ? { login: true } : {};
  const role = { ...(known ?? plainRole), ...login, ...changes };
  return { state: { ...state, roles: { ...state.roles, [name]: role } }, result: done };
}

function readOptions(name: string, options: string): Partial<Role> | undefined {
  let role: Partial<Role> = {};
  let rest = options.replace(/^with\b/i, "").trim();
  while (rest) {
    const password = /^(?:encrypted )?password (?:'((?:[^']|'')*)'|null)\s*/i.exec(rest);
    const word = /^\w+/.exec(rest)?.[0] ?? "";
    const flag = flags[word.toUpperCase()];
    if (password) {
      const text = password[1]?.replaceAll("''", "'");
      role = { ...role, password: text ? storedPassword(name, text) : null };
    } else if (flag) role = { ...role, ...flag };
    else return undefined;
    rest = rest.slice(password ? password[0].length : word.length).trim();
  }
  return role;
}

type Cell = string | null;
type Row = Readonly<Record<string, Cell>>;

function answerSelect(state: ModelState, text: string): ModelAnswer {
  const literal = /^select (\d+)(?: as (\w+))?$/i.exec(text);
  if (literal)
    return table(state, [column(literal[2] ?? "?column?", true)], [[literal[1] ?? null]]);
  const setting = /^show server_version$/i.test(text);
  if (setting) return table(state, [column("server_version")], [["15.1"]]);
  const regnamespace = /^select to_regnamespace\('(\w+)'\) is not null(?: as (\w+))?$/i.exec(text);
  if (regnamespace) {
    const there = state.schemas.includes(regnamespace[1] ?? "") ? "t" : "f";
    return table(state, [column(regnamespace[2] ?? "?column?")], [[there]]);
  }
  const form =
    /^select (.+?) from (?:pg_catalog\.)?(pg_roles|pg_authid|pg_namespace)(?: where (\w+) (?:= '([^']*)'|in \(([^)]*)\)))?(?: order by (?:\w+|1))?$/i;
  const query = form.exec(text);
  if (query) return selectCatalog(state, query);
  return fromNothing.test(text) ? table(state, [column("?column?")], []) : beyondModel();
}

/** The model keeps no tables, and has no extensions. */
const fromNothing = /^select .+ from (?:pg_catalog\.)?(pg_tables|pg_extension)\b/i;

function selectCatalog(state: ModelState, query: RegExpExecArray): ModelAnswer {
  const [, list = "", from = "", where, equal, among] = query;
  const rows = from.toLowerCase() === "pg_namespace" ? schemaRows(state) : roleRows(state, from);
  const wanted = among?.split(",").map((one) => one.trim().replace(/^'|'$/g, "")) ?? [equal ?? ""];
  const kept = where ? rows.filter((row) => wanted.includes(row[where.toLowerCase()] ?? "")) : rows;
  const terms = list.split(",").map((term) => /^(\w+|'[^']*')(?: as (\w+))?$/i.exec(term.trim()));
  const columns: SqlColumn[] = [];
  const reads: ((row: Row) => Cell)[] = [];
  for (const term of terms) {
    const [, source = "", alias] = term ?? [];
    const constant = /^\d+$/.test(source);
    if (!constant && !(rows[0] && source.toLowerCase() in rows[0])) return beyondModel();
    columns.push(column(alias ?? (constant ? "?column?" : source.toLowerCase()), constant));
    reads.push((row) => (constant ? source : (row[source.toLowerCase()] ?? null)));
  }
  return table(
    state,
    columns,
    kept.map((row) => reads.map((read) => read(row))),
  );
}

const schemaRows = (state: ModelState): Row[] =>
  [...state.schemas, "public"].sort().map((nspname) => ({ nspname }));

function roleRows(state: ModelState, from: string): Row[] {
  const shown = from.toLowerCase() === "pg_authid";
  const yes = (value: boolean): string => (value ? "t" : "f");
  return Object.keys(state.roles)
    .sort()
    .map((rolname) => {
      const role = state.roles[rolname] ?? plainRole;
      return {
        rolname,
        rolsuper: yes(role.superuser),
        rolinherit: yes(role.inherit),
        rolcreaterole: yes(role.createrole),
        rolcreatedb: yes(role.createdb),
        rolcanlogin: yes(role.login),
        rolreplication: yes(role.replication),
        rolbypassrls: yes(role.bypassrls),
        rolpassword: shown ? role.password : "********",
      };
    });
}

const column = (name: string, numeric = false): SqlColumn => ({ name, numeric });

const table = (state: ModelState, columns: readonly SqlColumn[], rows: Cell[][]): ModelAnswer => ({
  state,
  result: { columns, rows, tag: `SELECT ${rows.length}` },
});

const problem = (code: string, message: string): SqlMessage => ({
  severity: "ERROR",
  code,
  message,
});

const beyondModel = (): SqlMessage => ({
  ...problem("0A000", "this statement needs a real PostgreSQL, and this machine is only a model"),
  hint: "Start the emulator with --postgres real.",
});
