/**
 * Tables over HTTP as far as it takes to see roles and policies at work: GET with `select`,
 * filters, `order`, `limit` and `offset`, and POST of rows. Each in a transaction as the token's role.
 */

import type { SqlAnswer, SqlMessage, SqlSession } from "../postgres/database.ts";
import { quoteIdentifier, quoteLiteral } from "../postgres/sql-script.ts";
import type { JwtClaims } from "./jwt.ts";
import { jsonResponse } from "./program.ts";

export interface TableCall {
  readonly request: Request;
  readonly role: string;
  readonly claims: JwtClaims;
  /** PGRST_DB_SCHEMAS; the first one is meant when the request names none. */
  readonly schemas: readonly string[];
}

export async function answerTable(session: SqlSession, call: TableCall): Promise<Response> {
  const { request, schemas } = call;
  const writes = request.method === "POST";
  const asked = request.headers.get(writes ? "content-profile" : "accept-profile");
  const schema = asked ?? schemas[0] ?? "public";
  if (!schemas.includes(schema)) {
    const message = `The schema must be one of the following: ${schemas.join(", ")}`;
    return jsonResponse(406, { code: "PGRST106", details: null, hint: null, message });
  }
  if (!writes && request.method !== "GET") {
    const message = `${request.method} is not emulated`;
    return jsonResponse(405, { code: "PGRST117", details: null, hint: null, message });
  }
  const { pathname, searchParams } = new URL(request.url);
  const table = `${quoteIdentifier(schema)}.${quoteIdentifier(decodeURIComponent(pathname.slice(1)))}`;
  const rows = writes ? readJson(await request.text()) : undefined;
  if (writes && rows === undefined) {
    const message = "Empty or invalid json";
    return jsonResponse(400, { code: "PGRST102", details: null, hint: null, message });
  }
  const statement = writes
    ? insertStatement(table, rows)
    : `select coalesce(json_agg(r), '[]')::text from (${selectStatement(table, searchParams)}) r`;
  return present(await session.query(inRole(call, statement)), call);
}

/** Nothing of the caller's text leaves its quotes: a batch is one string. */
function inRole({ role, claims }: TableCall, statement: string): string {
  const lines = [
    "begin",
    `set local role ${quoteIdentifier(role)}`,
    `set local request.jwt.claims = ${quoteLiteral(JSON.stringify(claims))}`,
    statement,
    "commit",
  ];
  return lines.join(";\n");
}

const operators: Readonly<Record<string, string>> = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  like: "like",
  ilike: "ilike",
};

const controls = ["select", "order", "limit", "offset", "apikey"];

function selectStatement(table: string, query: URLSearchParams): string {
  const columns = query.get("select")?.split(",") ?? ["*"];
  const list = columns.map((name) => (name === "*" ? "*" : quoteIdentifier(name.trim())));
  const conditions = [...query].flatMap(([name, text]) =>
    controls.includes(name) ? [] : [condition(quoteIdentifier(name), text)],
  );
  const [column, direction] = query.get("order")?.split(".") ?? [];
  const count = (name: string) => {
    const value = query.get(name);
    return value !== null && /^\d+$/.test(value) ? ` ${name} ${value}` : "";
  };
  const where = conditions.length > 0 ? ` where ${conditions.join(" and ")}` : "";
  const order = column
    ? ` order by ${quoteIdentifier(column)}${direction === "desc" ? " desc" : ""}`
    : "";
  return `select ${list.join(", ")} from ${table}${where}${order}${count("limit")}${count("offset")}`;
}

function condition(column: string, text: string): string {
  const [, not, name = "", value = ""] = /^(not\.)?(\w+)\.([\s\S]*)$/.exec(text) ?? [];
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  const test =
    name === "is" && /^(null|true|false)$/i.test(value)
      ? `${column} is ${value}`
      : `${column} ${operator ?? "="} ${quoteLiteral(name === "like" || name === "ilike" ? value.replaceAll("*", "%") : value)}`;
  return not ? `not (${test})` : test;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function insertStatement(table: string, rows: unknown): string {
  const list: unknown[] = Array.isArray(rows) ? rows : [rows];
  const names = [...new Set(list.flatMap((row) => Object.keys(Object(row))))];
  const columns = names.map(quoteIdentifier).join(", ");
  if (names.length === 0) return `insert into ${table} default values`;
  const source = `json_populate_recordset(null::${table}, ${quoteLiteral(JSON.stringify(list))})`;
  return `insert into ${table} (${columns}) select ${columns} from ${source}`;
}

const statuses: Readonly<Record<string, number>> = {
  "22P02": 400,
  "23503": 409,
  "23505": 409,
  "42P01": 404,
};

function present(answer: SqlAnswer, { request, role }: TableCall): Response {
  const { error, results } = answer;
  // The model of a database has no tables.
  if (error?.code === "0A000") return jsonResponse(200, [], { "content-range": "*/*" });
  if (error) return jsonResponse(statusOf(error, role), errorBody(error));
  if (request.method === "POST") return new Response(null, { status: 201 });
  const text = results.find(({ tag }) => tag.startsWith("SELECT"))?.rows[0]?.[0] ?? "[]";
  return new Response(text, { headers: { "content-type": "application/json; charset=utf-8" } });
}

const statusOf = ({ code }: SqlMessage, role: string): number =>
  code === "42501" ? (role === "anon" ? 401 : 403) : (statuses[code] ?? 400);

const errorBody = ({ code, detail, hint, message }: SqlMessage) => ({
  code,
  details: detail ?? null,
  hint: hint ?? null,
  message,
});
