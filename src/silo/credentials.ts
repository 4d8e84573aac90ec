/** The credentials of one generation of a silo, as the services need them. Derived, never stored. */

import type { Secret } from "./secret.ts";

/** Every role that logs in to Postgres, each with a password of its own. */
export const loginRoles = [
  "postgres",
  "supabase_admin",
  "authenticator",
  "supabase_auth_admin",
  "supabase_storage_admin",
  "supabase_replication_admin",
  "pgbouncer",
] as const;
export type LoginRole = (typeof loginRoles)[number];

export interface Credentials {
  readonly generation: number;
  /** 64 hex characters, used as text by every service. */
  readonly jwtSecret: Secret;
  readonly anonKey: Secret;
  readonly serviceRoleKey: Secret;
  readonly passwords: Readonly<Record<LoginRole, Secret>>;
  /** Password of the login before Studio; the user is `supabase`. */
  readonly studioPassword: Secret;
  /** postgres-meta encrypts connection strings with it. */
  readonly metaCryptoKey: Secret;
}
