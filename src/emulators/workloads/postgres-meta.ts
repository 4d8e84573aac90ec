/** supabase/postgres-meta: runs any SQL it is sent, and asks nobody who they are. */

import { connectDatabase, type DatabaseUrl, parseDatabaseUrl } from "./database-url.ts";
import { type Guest, jsonResponse, type Program, runs } from "./program.ts";

export const postgresMeta: Program = {
  name: "postgres-meta",
  async boot(guest) {
    const { env } = guest.container;
    const port = Number(env.PG_META_PORT ?? 8080);
    const address = env.PG_META_HOST ?? "0.0.0.0";
    return runs({
      listeners: [{ port, address }],
      respond: async (_port, request) => answer(guest, request),
    });
  },
};

async function answer(guest: Guest, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/health") {
    return jsonResponse(200, { date: new Date(guest.clock.now()).toISOString() });
  }
  if (pathname === "/query" && request.method === "POST") {
    const body: unknown = await request.json().catch(() => undefined);
    const query = typeof body === "object" && body && "query" in body ? body.query : undefined;
    return runQuery(guest, String(query ?? ""));
  }
  const list = /^\/(tables|schemas|policies|extensions|roles)$/.exec(pathname)?.[1];
  if (list === "schemas") return runQuery(guest, "select nspname as name from pg_namespace");
  if (list === "roles") return runQuery(guest, "select rolname as name from pg_roles");
  return list ? jsonResponse(200, []) : jsonResponse(404, { error: "Not Found" });
}

async function runQuery(guest: Guest, query: string): Promise<Response> {
  const url = databaseOf(guest);
  const connected = url && (await connectDatabase(guest, url));
  if (connected?.kind !== "connected") {
    return jsonResponse(500, { error: connected?.reason ?? "No database is configured" });
  }
  const { session } = connected;
  try {
    const { results, error } = await session.query(query);
    if (error) return jsonResponse(400, { error: error.message, code: error.code });
    const last = results.at(-1);
    const names = last?.columns.map(({ name }) => name) ?? [];
    const rows = last?.rows ?? [];
    return jsonResponse(
      200,
      rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))),
    );
  } finally {
    await session.end();
  }
}

function databaseOf({ container }: Guest): DatabaseUrl | undefined {
  const { env } = container;
  if (env.PG_META_DB_URL) return parseDatabaseUrl(env.PG_META_DB_URL);
  return {
    // An IPv6 literal is silently ignored here, as in the image (facts: URL.hostname setter).
    host: env.PG_META_DB_HOST?.includes(":") ? "localhost" : (env.PG_META_DB_HOST ?? "localhost"),
    port: Number(env.PG_META_DB_PORT ?? 5432),
    user: env.PG_META_DB_USER ?? "postgres",
    password: env.PG_META_DB_PASSWORD ?? "",
    database: env.PG_META_DB_NAME ?? "postgres",
    searchPath: undefined,
  };
}
