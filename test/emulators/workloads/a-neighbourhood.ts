/** A few machines that can reach each other by name, without any Fly around them. */

import { createHmac } from "node:crypto";
import type { PostgresHost } from "#emulators/postgres/database.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import type { Boot, GuestMachine, Neighbourhood } from "#emulators/workload.ts";
import { createWorkloads } from "#emulators/workloads/index.ts";

const secret = "a-jwt-secret-of-forty-characters-or-more";
export const images = {
  pg: "supabase/postgres:15.1.1.78",
  rest: "postgrest/postgrest:v12.0.1",
  auth: "supabase/gotrue:v2.143.0",
  kong: "kong:3.4.2",
  storage: "supabase/storage-api:v0.43.11",
  studio: "supabase/studio:20240101-8e4a094",
  meta: "supabase/postgres-meta:v0.75.0",
};

export interface GuestChanges {
  readonly env?: Record<string, string | undefined>;
  readonly files?: Record<string, string>;
  readonly command?: readonly string[];
  readonly image?: string;
  readonly mount?: string | null;
  readonly containers?: GuestMachine["containers"];
}

export const container = (
  name: string,
  image: string,
  changes: Pick<GuestChanges, "env" | "files" | "command"> = {},
): GuestMachine["containers"][number] => ({
  name,
  image,
  env: Object.fromEntries(
    Object.entries(changes.env ?? {}).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  ),
  files: changes.files ?? {},
  command: changes.command,
});

export function aNeighbourhood(postgres?: PostgresHost) {
  const clock = new VirtualClock();
  const workloadFor = createWorkloads(postgres ? { clock, postgres } : { clock });
  const machines = new Map<string, { machine: GuestMachine; ports: readonly number[] }>();
  const imageOf = (machine: GuestMachine) => machine.containers[0]?.image ?? "";
  const others: Neighbourhood = {
    reach(from, host, port) {
      const app = /^([a-z-]+)\.(internal|flycast|fly\.dev)$/.exec(host);
      const target = app?.[1] ? machines.get(app[1]) : undefined;
      if (!target || (from === "internet" && app?.[2] !== "fly.dev")) return undefined;
      return target.ports.includes(port) ? target.machine : undefined;
    },
    send: (to, port, request) => workloadFor(imageOf(to)).respond(to, others, port, request),
  };
  const aMachine = (app: string, changes: GuestChanges = {}): GuestMachine => ({
    app,
    id: `m-${app}`,
    network: "net",
    containers: changes.containers ?? [
      container("main", changes.image ?? images[app as keyof typeof images] ?? app, changes),
    ],
    volume: changes.mount
      ? { id: `vol-${app}`, path: changes.mount, sizeGb: 1, data: new Map() }
      : undefined,
  });
  const boot = async (machine: GuestMachine): Promise<Boot> => {
    const booted = await workloadFor(imageOf(machine)).boot(machine, others);
    if (booted.kind === "listens") machines.set(machine.app, { machine, ports: booted.ports });
    return booted;
  };
  const stop = async (machine: GuestMachine) => {
    machines.delete(machine.app);
    await workloadFor(imageOf(machine)).stop(machine);
  };
  const ask = (machine: GuestMachine, port: number, path: string, init?: RequestInit) =>
    workloadFor(imageOf(machine)).respond(
      machine,
      others,
      port,
      new Request(`http://x${path}`, init),
    );
  const check = (machine: GuestMachine, port: number, path?: string) =>
    workloadFor(imageOf(machine)).check(
      machine,
      others,
      path === undefined ? { type: "tcp", port } : { type: "http", port, path },
    );
  const exec = (machine: GuestMachine, command: readonly string[], stdin?: string) =>
    workloadFor(imageOf(machine)).exec(
      machine,
      stdin === undefined ? { command } : { command, stdin },
    );
  return { clock, workloadFor, others, aMachine, boot, stop, ask, check, exec };
}

export const passwords = {
  authenticator: "pw-rest",
  supabase_auth_admin: "pw-auth",
  supabase_storage_admin: "pw-storage",
};

const schemaFile = Object.entries(passwords)
  .map(([role, password]) => `ALTER ROLE ${role} WITH LOGIN PASSWORD '${password}';\n`)
  .join("");

export const postgresChanges: GuestChanges = {
  env: { POSTGRES_PASSWORD: "pw-admin" },
  files: { "/etc/postgresql.schema.sql": schemaFile },
  mount: "/var/lib/postgresql",
};

export const restEnv = {
  PGRST_DB_URI: `postgres://authenticator:${passwords.authenticator}@pg.flycast:5432/postgres`,
  PGRST_DB_ANON_ROLE: "anon",
  PGRST_JWT_SECRET: secret,
  PGRST_SERVER_HOST: "*6",
  PGRST_ADMIN_SERVER_PORT: "3001",
};

export const authEnv = {
  GOTRUE_DB_DRIVER: "postgres",
  GOTRUE_DB_DATABASE_URL: `postgres://supabase_auth_admin:${passwords.supabase_auth_admin}@pg.flycast:5432/postgres`,
  API_EXTERNAL_URL: "https://kong.fly.dev",
  GOTRUE_SITE_URL: "https://app.example",
  GOTRUE_JWT_SECRET: secret,
  GOTRUE_API_PORT: "9999",
  GOTRUE_API_HOST: "0.0.0.0",
};

export const storageEnv = {
  ANON_KEY: "anon",
  SERVICE_KEY: "service",
  PGRST_JWT_SECRET: secret,
  DATABASE_URL: `postgres://supabase_storage_admin:${passwords.supabase_storage_admin}@pg.flycast:5432/postgres`,
  FILE_SIZE_LIMIT: "52428800",
  GLOBAL_S3_BUCKET: "stub",
  REGION: "stub",
  STORAGE_BACKEND: "file",
  FILE_STORAGE_BACKEND_PATH: "/var/lib/storage",
  TENANT_ID: "stub",
  HOST: "::",
};

/** An HS256 JWT; `exp` in seconds since the epoch. */
export function aJwt(claims: object, key = secret): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${head}.${createHmac("sha256", key).update(head).digest("base64url")}`;
}

export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
