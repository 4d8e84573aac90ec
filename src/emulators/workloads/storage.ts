/**
 * supabase/storage-api v0.43.11: throws on a missing variable, migrates, then serves. A failed
 * migration is an unhandled rejection, which ends the process.
 */

import { connectDatabase, parseDatabaseUrl } from "./database-url.ts";
import { imageName, majorVersion } from "./image-name.ts";
import { bearerToken, readJwt } from "./jwt.ts";
import { exits, type Guest, jsonResponse, type Program, runs } from "./program.ts";

type Env = Readonly<Record<string, string>>;

const requiredAtFirst: readonly (readonly string[])[] = [
  ["ANON_KEY"],
  ["SERVICE_KEY"],
  ["PGRST_JWT_SECRET"],
  ["DATABASE_URL"],
  ["FILE_SIZE_LIMIT"],
  ["GLOBAL_S3_BUCKET"],
  ["REGION"],
  ["STORAGE_BACKEND"],
  ["TENANT_ID", "PROJECT_REF"],
];

const requiredSinceOne: readonly (readonly string[])[] = [
  ["AUTH_JWT_SECRET", "PGRST_JWT_SECRET"],
  ["DATABASE_URL"],
];

export const storage: Program = {
  name: "storage",
  async boot(guest) {
    const { env } = guest.container;
    const missing = missingVariable(env, imageName(guest.container.image).tag);
    if (missing) return exits(1, `Error: ${missing} is undefined`);
    const url = parseDatabaseUrl(env.DATABASE_URL ?? "");
    if (!url) return exits(1, "Error: DATABASE_URL is not a PostgreSQL URL");
    const connected = await connectDatabase(guest, url);
    if (connected.kind === "failed") return exits(1, `Error: migrations: ${connected.reason}`);
    const { error } = await connected.session.query(migrations);
    await connected.session.end();
    if (error) return exits(1, `Error: migrations: ${error.message} (SQLSTATE ${error.code})`);
    const port = Number(env.SERVER_PORT ?? env.PORT ?? 5000);
    const address = env.SERVER_HOST ?? env.HOST ?? "0.0.0.0";
    return runs({
      listeners: [{ port, address }],
      respond: async (_port, request) => answer(guest, request),
    });
  },
};

function missingVariable(env: Env, tag: string): string | undefined {
  const required = majorVersion(tag) >= 1 ? requiredSinceOne : requiredAtFirst;
  const missing = required.find((names) => !names.some((name) => env[name]));
  if (missing) return missing[0];
  const backend = env.STORAGE_BACKEND;
  return backend === "file" && !env.FILE_STORAGE_BACKEND_PATH
    ? "FILE_STORAGE_BACKEND_PATH"
    : undefined;
}

/** Only as much of its tables as the emulated world looks at. */
const migrations = `
create table if not exists storage.migrations (
  id integer primary key, name varchar(100) unique not null, hash varchar(40) not null,
  executed_at timestamp default current_timestamp);
create table if not exists storage.buckets (
  id text not null primary key, name text not null unique, owner uuid,
  created_at timestamptz default now(), updated_at timestamptz default now(),
  public boolean default false);
create table if not exists storage.objects (
  id uuid not null default gen_random_uuid() primary key,
  bucket_id text references storage.buckets (id), name text, owner uuid,
  created_at timestamptz default now(), updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(), metadata jsonb);
alter table storage.migrations enable row level security;
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
`;

function answer(guest: Guest, request: Request): Response {
  const { pathname } = new URL(request.url);
  if (pathname === "/status") return new Response(null, { status: 200 });
  if (pathname === "/version") return new Response("0.0.0");
  if (pathname.startsWith("/object/public/")) return refused(404, "not_found", "Object not found");
  const { env } = guest.container;
  const token = bearerToken(request);
  if (!token) return refused(400, "Unauthorized", "jwt must be provided");
  const secret = env.AUTH_JWT_SECRET ?? env.PGRST_JWT_SECRET ?? "";
  const jwt = readJwt(token, secret, guest.clock.now());
  if (jwt.kind === "expired") return refused(401, "Unauthorized", "jwt expired");
  if (jwt.kind === "invalid") return refused(401, "Unauthorized", jwt.reason);
  if (pathname === "/health") return jsonResponse(200, { healthy: true });
  if (pathname === "/bucket" || pathname === "/bucket/") return jsonResponse(200, []);
  return refused(404, "not_found", "The resource was not found");
}

const refused = (status: number, error: string, message: string): Response =>
  jsonResponse(status, { statusCode: String(status), error, message });
