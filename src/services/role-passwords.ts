/** SQL that gives every login role its password. Holds verifiers only, never a password. */

import { type Credentials, type LoginRole, loginRoles } from "#silo/credentials.ts";
import { scramVerifier } from "./scram.ts";

/** Seven verifiers take some 15 ms, too long for a plan that asks for the same again and again. */
const made = new WeakMap<Credentials, string>();

export function rolePasswordsSql(credentials: Credentials): string {
  const sql = made.get(credentials) ?? makeSql(credentials);
  made.set(credentials, sql);
  return sql;
}

/** A connection outlives the password it was made with. */
export const endConnectionsSql = [
  "DO $silo$ BEGIN",
  "  PERFORM pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity",
  "    WHERE pid <> pg_catalog.pg_backend_pid() AND backend_type = 'client backend';",
  "END $silo$;",
  "",
].join("\n");

/** Signs everybody out: refresh tokens are rows, which no change of keys makes worthless. */
export const endSessionsSql = ["auth.refresh_tokens", "auth.sessions"]
  .flatMap((table) => [
    "DO $silo$ BEGIN",
    `  IF to_regclass('${table}') IS NOT NULL THEN`,
    `    DELETE FROM ${table};`,
    "  END IF;",
    "END $silo$;",
    "",
  ])
  .join("\n");

/**
 * Runs as `supabase_admin`, whose own password therefore comes last. Images differ in the roles
 * they make, and a missing one must not end the first boot: each ALTER is guarded.
 */
function makeSql(credentials: Credentials): string {
  const others = loginRoles.filter((role) => role !== "supabase_admin");
  return [
    "-- One SCRAM verifier for each login role; kept out of the server log.",
    "SET log_statement = 'none';",
    ...[...others, "supabase_admin" as const].map((role) => alterRole(credentials, role)),
    "",
  ].join("\n");
}

function alterRole(credentials: Credentials, role: LoginRole): string {
  const verifier = scramVerifier(credentials.passwords[role].reveal(), role);
  return [
    "DO $silo$ BEGIN",
    `  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${role}') THEN`,
    `    ALTER ROLE ${role} PASSWORD '${verifier}';`,
    "  END IF;",
    "END $silo$;",
  ].join("\n");
}
