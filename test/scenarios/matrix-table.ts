/**
 * The access matrix as it stands: for every role and field whether it is on GitHub, in the place that
 * the role can read, and whether `silo context` shows it. A value that is not the derived one, or
 * stands anywhere else, is an error and no cell.
 */

import type { GitHubEmulator } from "#emulators/github/emulator.ts";
import type { Credentials } from "#silo/credentials.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { hubOf, repo, url } from "./handed-out.ts";

const roles = [
  "dev-worker",
  "dev-orchestrator",
  "devops",
  "security-auditor",
  "clientele",
] as const;
type Role = (typeof roles)[number];

/** Field → head of its column. */
const columns = {
  supabase_url: "url",
  supabase_anon_key: "anon",
  supabase_service_role_key: "service",
  db_connection_string: "string",
  db_connection_string_masked: "masked",
  db_password: "passwd",
  db_host: "host",
  studio_url: "studio",
  studio_username: "user",
  studio_password: "login",
  silo_preview_url: "preview",
} as const;
type Field = keyof typeof columns;
const fields = Object.keys(columns) as readonly Field[];

/** Empty before there is anything to derive from. */
export type Values = Readonly<Partial<Record<Field, string>>>;

export function valuesOf(keys: Credentials, previewUrl: string): Values {
  const host = "devenv-acme-erp-pg.fly.dev";
  const password = keys.passwords.postgres.reveal();
  const string = (shown: string) =>
    `postgres://postgres:${shown}@${host}:5432/postgres?sslmode=require`;
  return {
    supabase_url: url,
    supabase_anon_key: keys.anonKey.reveal(),
    supabase_service_role_key: keys.serviceRoleKey.reveal(),
    db_connection_string: string(password),
    db_connection_string_masked: string("***"),
    db_password: password,
    db_host: host,
    studio_url: "https://devenv-acme-erp-studio.fly.dev",
    studio_username: "supabase",
    studio_password: keys.studioPassword.reveal(),
    silo_preview_url: previewUrl,
  };
}

type Row = ReadonlyMap<Field, string>;
export type Scope = "repository" | "environment";

/** `S` a secret, `V` a variable, by role; every place of the repository is looked into. */
export function onGitHub(cloud: Cloud, scope: Scope, values: Values): ReadonlyMap<Role, Row> {
  const hub = hubOf(cloud);
  const environments = hub.environments(repo);
  const known = new Map(roles.map((role) => [role, placeOf(role, scope)]));
  const strange = environments.filter((name) => ![...known.values()].includes(name));
  if (strange.length > 0) throw new Error(`Nobody's environment: ${strange.join()}`);
  if (scope === "environment" && rowOf(hub, "repository", values).size > 0) {
    throw new Error("Something stands in the repository, where every role can read it");
  }
  return new Map(
    [...known].map(([role, place]) => [
      role,
      place === undefined ? new Map() : rowOf(hub, place, values),
    ]),
  );
}

function placeOf(role: Role, scope: Scope): string | undefined {
  if (role === "clientele") return undefined;
  return role.startsWith("dev-") && scope === "repository" ? "repository" : `silo-acme-erp-${role}`;
}

function rowOf(hub: GitHubEmulator, place: string, values: Values): Row {
  const { secrets, variables } = hub.reveal(
    repo,
    place === "repository" ? place : { environment: place },
  );
  const cells = ([map, kind]: readonly [ReadonlyMap<string, string>, string]) =>
    [...map].map(([name, value]) => {
      const field = fields.find((one) => nameOf(one) === name);
      if (!field || values[field] !== value)
        throw new Error(`${name} in ${place} is another value`);
      return [field, kind] as const;
    });
  return new Map([[secrets, "S"] as const, [variables, "V"] as const].flatMap(cells));
}

const nameOf = (field: Field): string =>
  `SILO_ACME_ERP_${field.replace(/^silo_/, "").toUpperCase()}`;

/** Fields that `silo context` shows to the role. */
export async function inContext(cloud: Cloud, role: Role, values: Values): Promise<Row> {
  const { exitCode, stdout } = await cloud.run(`context acme-erp --role ${role}`);
  if (exitCode !== 0) throw new Error(`context for ${role} ends with ${exitCode}`);
  const { connection_info, silo_id, status, started_at, services, unsafe, ...flat } =
    JSON.parse(stdout);
  const shown: Readonly<Record<string, string>> = connection_info ?? flat;
  if (connection_info && Object.keys(flat).length > 0) throw new Error(`${role} sees more`);
  return new Map(
    Object.entries(shown).map(([name, value]) => {
      const field = fields.find((one) => values[one] === value && one.startsWith(name));
      if (!field) throw new Error(`context shows ${role} another ${name}`);
      return [field, "c"];
    }),
  );
}

/** One moment in the life of a silo; a role without a line has nothing, roles with the same share one. */
export async function momentText(
  cloud: Cloud,
  moment: string,
  scope: Scope,
  values: Values,
): Promise<string> {
  const stands = onGitHub(cloud, scope, values);
  const rows = new Map<string, Role[]>();
  for (const role of roles) {
    const shown = await inContext(cloud, role, values);
    if (shown.size + (stands.get(role)?.size ?? 0) === 0) continue;
    const row = fields
      .map((field) => `${stands.get(role)?.get(field) ?? "·"}${shown.get(field) ?? "·"}`)
      .map((cell, at) => cell.padEnd(heads[at]?.length ?? 0))
      .join(" ")
      .trimEnd();
    rows.set(row, [...(rows.get(row) ?? []), role]);
  }
  const status = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
  const lines = [...rows].map(([row, who]) => `  ${who.join(", ").padEnd(widest)} ${row}`);
  return [
    `${status.overall_status}: ${moment}`,
    ...(lines.length > 0 ? lines : ["  nothing for anybody"]),
  ].join("\n");
}

const heads = Object.values(columns);
const widest = "dev-worker, dev-orchestrator".length;

export const head = `${"".padEnd(widest + 3)}${heads.join(" ")}`;
