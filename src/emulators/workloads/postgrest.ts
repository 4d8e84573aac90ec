/**
 * postgrest/postgrest v12.0.1. Starts whatever it is given: without a database it answers 503 and
 * keeps trying. Listens on IPv4 only unless told, and has no admin server unless told.
 */

import type { Database } from "../postgres/database.ts";
import { connectDatabase, parseDatabaseUrl, tryLogin } from "./database-url.ts";
import { imageName, majorVersion } from "./image-name.ts";
import { bearerToken, type JwtClaims, readJwt } from "./jwt.ts";
import { answerTable } from "./postgrest-tables.ts";
import { exits, type Guest, jsonResponse, type Listener, type Program, runs } from "./program.ts";

/** Forgiven between the clocks of issuer and checker. */
const skewSeconds = 30;

export const postgrest: Program = {
  name: "postgrest",
  async boot(guest) {
    const { env } = guest.container;
    const secret = jwtSecret(guest);
    if (secret.kind === "missing-file") {
      return exits(1, `${secret.path}: openBinaryFile: does not exist (No such file or directory)`);
    }
    const major = majorVersion(imageName(guest.container.image).tag);
    if (major >= 14 && secret.text !== undefined && secret.text.length < 32) {
      return exits(1, "The JWT secret must be at least 32 characters long.");
    }
    const connection = databaseConnection(guest);
    const admin = adminPort(env);
    return runs({
      listeners: listeners(env),
      respond: async (port, request) => {
        if (port === admin) return adminAnswer(request, connection);
        return answer(guest, request, secret.text, connection);
      },
    });
  },
};

interface Connection {
  /** Why there is none, or `undefined` when connected. */
  failure(): Promise<string | undefined>;
}

/** Stays connected to the server it found until that one is gone. */
function databaseConnection(guest: Guest): Connection {
  const url = parseDatabaseUrl(guest.container.env.PGRST_DB_URI ?? "");
  let connected: Database | undefined;
  return {
    async failure() {
      if (!url) return 'connection to server on socket "/run/postgresql/.s.PGSQL.5432" failed';
      const now = guest.network.database(guest, url.host, url.port);
      if (connected && now === connected) return undefined;
      const tried = await tryLogin(guest, url);
      connected = tried.kind === "connected" ? tried.database : undefined;
      return tried.kind === "connected" ? undefined : tried.reason;
    },
  };
}

async function adminAnswer(request: Request, connection: Connection): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/live") return new Response(null, { status: 200 });
  if (pathname !== "/ready") return new Response(null, { status: 404 });
  return new Response(null, { status: (await connection.failure()) === undefined ? 200 : 503 });
}

async function answer(
  guest: Guest,
  request: Request,
  secret: string | undefined,
  connection: Connection,
): Promise<Response> {
  const caller = callerOf(request, guest, secret);
  if (caller instanceof Response) return caller;
  const failure = await connection.failure();
  if (failure !== undefined) {
    const message = "Database client error. Retrying the connection.";
    const body = { code: "PGRST000", details: failure, hint: null, message };
    return jsonResponse(503, body, { "retry-after": "1" });
  }
  if (new URL(request.url).pathname === "/") return openApi(guest);
  return table(guest, request, caller);
}

async function table(guest: Guest, request: Request, caller: Caller): Promise<Response> {
  const { env } = guest.container;
  const url = parseDatabaseUrl(env.PGRST_DB_URI ?? "");
  const connected = url && (await connectDatabase(guest, url));
  if (connected?.kind !== "connected") return failed(503, "PGRST000", "Database client error");
  const named = env.PGRST_DB_SCHEMAS ?? env.PGRST_DB_SCHEMA ?? "public";
  const schemas = named.split(",").map((name) => name.trim());
  try {
    return await answerTable(connected.session, { ...caller, request, schemas });
  } finally {
    await connected.session.end();
  }
}

interface Caller {
  readonly role: string;
  readonly claims: JwtClaims;
}

function callerOf(request: Request, guest: Guest, secret: string | undefined): Caller | Response {
  const token = bearerToken(request);
  const anonymous = guest.container.env.PGRST_DB_ANON_ROLE;
  if (token === undefined) {
    return anonymous
      ? { role: anonymous, claims: { role: anonymous } }
      : refusal("PGRST302", "Anonymous access is disabled");
  }
  if (secret === undefined) return failed(500, "PGRST300", "Server lacks JWT secret");
  const jwt = readJwt(token, secret, guest.clock.now(), skewSeconds);
  if (jwt.kind === "expired") return refusal("PGRST301", "JWT expired");
  if (jwt.kind === "invalid") return refusal("PGRST301", "JWSError JWSInvalidSignature");
  const named = jwt.claims.role;
  const role = typeof named === "string" ? named : anonymous;
  return role ? { role, claims: jwt.claims } : refusal("PGRST302", "Anonymous access is disabled");
}

const failed = (status: number, code: string, message: string, headers = {}): Response =>
  jsonResponse(status, { code, details: null, hint: null, message }, headers);

const refusal = (code: string, message: string): Response =>
  failed(401, code, message, {
    "www-authenticate": `Bearer error="invalid_token", error_description="${message}"`,
  });

function openApi(guest: Guest): Response {
  const { tag } = imageName(guest.container.image);
  const body = {
    swagger: "2.0",
    info: {
      description: "standard public schema",
      title: "PostgREST API",
      version: tag.replace(/^v/, ""),
    },
    host: "0.0.0.0:3000",
    basePath: "/",
    schemes: ["http"],
    paths: { "/": {} },
    definitions: {},
  };
  const headers = { "content-type": "application/openapi+json; charset=utf-8" };
  return jsonResponse(200, body, headers);
}

type JwtSecret =
  | { readonly kind: "text"; readonly text: string | undefined }
  | { readonly kind: "missing-file"; readonly path: string };

function jwtSecret({ container }: Guest): JwtSecret {
  const text = container.env.PGRST_JWT_SECRET;
  if (!text?.startsWith("@")) return { kind: "text", text: text || undefined };
  const path = text.slice(1);
  const content = container.files[path];
  return content === undefined
    ? { kind: "missing-file", path }
    : { kind: "text", text: content.trim() };
}

/** Warp's names for hosts: `!4` and `*4` bind IPv4, the ones with 6 bind both. */
function listeners(env: Readonly<Record<string, string>>): Listener[] {
  const host = env.PGRST_SERVER_HOST ?? "!4";
  const address = ["*6", "!6", "*"].includes(host) ? "::" : host.replace(/^[!*]4$/, "0.0.0.0");
  const port = Number(env.PGRST_SERVER_PORT ?? 3000);
  const admin = adminPort(env);
  const main = { port, address };
  return admin === undefined ? [main] : [main, { port: admin, address }];
}

function adminPort(env: Readonly<Record<string, string>>): number | undefined {
  const text = env.PGRST_ADMIN_SERVER_PORT;
  return text ? Number(text) : undefined;
}
