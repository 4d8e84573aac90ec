/**
 * supabase/gotrue v2.143.0: reads its variables, migrates, then serves. It exits when a required
 * variable is missing or the database does not let it in.
 */

import { connectDatabase, type DatabaseUrl, parseDatabaseUrl } from "./database-url.ts";
import { answerSignIn } from "./gotrue-sign-in.ts";
import { createUsers } from "./gotrue-users.ts";
import { imageName } from "./image-name.ts";
import { bearerToken, readJwt } from "./jwt.ts";
import {
  exits,
  type Guest,
  jsonResponse,
  type Program,
  type ProgramBoot,
  runs,
} from "./program.ts";

type Env = Readonly<Record<string, string>>;

/** envconfig also takes a field with an explicit name without the prefix. */
const required: readonly (readonly string[])[] = [
  ["API_EXTERNAL_URL", "GOTRUE_API_EXTERNAL_URL"],
  ["GOTRUE_DB_DRIVER"],
  ["GOTRUE_DB_DATABASE_URL", "DATABASE_URL"],
  ["GOTRUE_SITE_URL", "SITE_URL"],
  ["GOTRUE_JWT_SECRET"],
];

export const gotrue: Program = {
  name: "gotrue",
  async boot(guest): Promise<ProgramBoot> {
    const { env } = guest.container;
    const wrong = configurationError(env);
    if (wrong) return fatal(`Failed to load configuration: ${wrong}`);
    const url = parseDatabaseUrl(env.GOTRUE_DB_DATABASE_URL ?? env.DATABASE_URL ?? "");
    if (!url) return fatal("running db migrations: could not parse the database URL");
    const failure = await migrate(guest, url);
    if (failure) return fatal(`running db migrations: ${failure}`);
    const users = createUsers(guest, url);
    const port = Number(env.GOTRUE_API_PORT ?? env.PORT ?? 8081);
    return runs({
      // Go listens on both families, whichever wildcard it is told.
      listeners: [{ port, address: bound(env.GOTRUE_API_HOST ?? "") }],
      respond: async (_port, request) =>
        (await answerSignIn(guest, users, request)) ?? answer(guest, request),
    });
  },
};

const fatal = (msg: string): ProgramBoot =>
  exits(1, JSON.stringify({ component: "api", level: "fatal", msg }));

function configurationError(env: Env): string | undefined {
  for (const names of required) {
    if (!names.some((name) => env[name])) return `required key ${names[0]} missing value`;
  }
  const external = env.API_EXTERNAL_URL ?? env.GOTRUE_API_EXTERNAL_URL ?? "";
  if (!URL.canParse(external)) return `parse "${external}": invalid URI for request`;
  if (env.GOTRUE_DB_DRIVER !== "postgres") return "the driver of the database must be postgres";
  const both = ["GOTRUE_MAILER_AUTOCONFIRM", "GOTRUE_MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS"];
  if (both.every((name) => env[name] === "true")) {
    return "cannot enable both GOTRUE_MAILER_AUTOCONFIRM and GOTRUE_MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS";
  }
  return undefined;
}

/**
 * Its first migrations replace `auth.uid()` and its kin, so that policies read the claims that
 * PostgREST 12 sets; the tables are only as much as the emulated world looks at.
 */
const migrations = `
create table if not exists auth.schema_migrations (version varchar(14) not null primary key);
create table if not exists auth.users (
  instance_id uuid, id uuid not null primary key, aud varchar(255), role varchar(255),
  email varchar(255), encrypted_password varchar(255), created_at timestamptz,
  updated_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb);
alter table auth.users enable row level security;
create or replace function auth.uid() returns uuid language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
create or replace function auth.role() returns text language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))::text $$;
insert into auth.schema_migrations values ('20240115144230') on conflict do nothing;
`;

/** Its models name no schema: only a role whose search path is `auth` finds its tables. */
async function migrate(guest: Guest, url: DatabaseUrl): Promise<string | undefined> {
  const connected = await connectDatabase(guest, url);
  if (connected.kind === "failed") {
    return `failed to connect to host=${url.host} user=${url.user}: ${connected.reason}`;
  }
  const { session } = connected;
  try {
    if (url.user !== "supabase_auth_admin" && url.searchPath !== "auth") {
      return `ERROR: no schema has been selected to create in, as the search path of ${url.user} is not auth (SQLSTATE 3F000)`;
    }
    const { error } = await session.query(migrations);
    return error && `ERROR: ${error.message} (SQLSTATE ${error.code})`;
  } finally {
    await session.end();
  }
}

const bound = (host: string): string =>
  ["", "0.0.0.0", "::", "[::]"].includes(host) ? "::" : host;

function answer(guest: Guest, request: Request): Response {
  const { pathname } = new URL(request.url);
  const { env, image } = guest.container;
  const { tag } = imageName(image);
  if (pathname === "/health") {
    const description = "GoTrue is a user registration and authentication API";
    return jsonResponse(200, { version: tag, name: "GoTrue", description });
  }
  if (pathname === "/settings") {
    const external = { email: env.GOTRUE_EXTERNAL_EMAIL_ENABLED !== "false", phone: false };
    return jsonResponse(200, {
      external,
      disable_signup: env.GOTRUE_DISABLE_SIGNUP === "true",
      mailer_autoconfirm: env.GOTRUE_MAILER_AUTOCONFIRM === "true",
    });
  }
  if (pathname.startsWith("/admin/")) return adminAnswer(guest, request);
  if (pathname === "/verify" || pathname === "/callback" || pathname === "/authorize") {
    return refused(400, "Verify requires a token or a provider");
  }
  return refused(404, "404 page not found");
}

function adminAnswer(guest: Guest, request: Request): Response {
  const token = bearerToken(request);
  if (!token) return refused(401, "This endpoint requires a Bearer token");
  const { env } = guest.container;
  const jwt = readJwt(token, env.GOTRUE_JWT_SECRET ?? "", guest.clock.now());
  if (jwt.kind === "expired") {
    return refused(401, `invalid JWT: token is expired by ${jwt.secondsAgo}s`);
  }
  if (jwt.kind === "invalid") return refused(401, `invalid JWT: ${jwt.reason}`);
  const admins = (env.GOTRUE_JWT_ADMIN_ROLES ?? "service_role,supabase_admin").split(",");
  if (!admins.includes(String(jwt.claims.role))) return refused(403, "User not allowed");
  return jsonResponse(200, { users: [], aud: env.GOTRUE_JWT_AUD ?? "" });
}

const refused = (code: number, msg: string): Response => jsonResponse(code, { code, msg });
