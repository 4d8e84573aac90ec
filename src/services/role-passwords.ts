/** SQL that gives every login role its password. Holds verifiers only, never a password. */

import { type Credentials, type LoginRole, loginRoles } from "#silo/credentials.ts";
import type { Secret } from "#silo/secret.ts";
import { scramVerifier } from "./scram.ts";

/**
 * Runs as `supabase_admin`, whose own password therefore comes last. Images differ in the roles
 * they make, and a missing one must not end the first boot: each ALTER is guarded.
 */
export function rolePasswordsSql(credentials: Credentials): string {
  const others = loginRoles.filter((role) => role !== "supabase_admin");
  return [
    "-- One SCRAM verifier for each login role; kept out of the server log.",
    "SET log_statement = 'none';",
    ...[...others, "supabase_admin" as const].map((role) => alterRole(credentials, role)),
    "",
  ].join("\n");
}

function alterRole(credentials: Credentials, role: LoginRole): string {
  const verifier = verifierOf(credentials.passwords[role], role);
  return [
    "DO $silo$ BEGIN",
    `  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${role}') THEN`,
    `    ALTER ROLE ${role} PASSWORD '${verifier}';`,
    "  END IF;",
    "END $silo$;",
  ].join("\n");
}

/** A verifier costs a millisecond by design; a plan over a fleet asks for the same ones again. */
const verifiers = new WeakMap<Secret, string>();

function verifierOf(password: Secret, role: LoginRole): string {
  const known = verifiers.get(password) ?? scramVerifier(password.reveal(), role);
  verifiers.set(password, known);
  return known;
}
