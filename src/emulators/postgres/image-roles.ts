/** The roles of supabase/postgres 15.1.1.78 after its first boot (facts: its own init scripts). */

export interface Role {
  readonly login: boolean;
  readonly superuser: boolean;
  readonly createdb: boolean;
  readonly createrole: boolean;
  readonly replication: boolean;
  readonly bypassrls: boolean;
  readonly inherit: boolean;
  /** SCRAM verifier; without one the role cannot log in over the network. */
  readonly password: string | null;
}

export type Roles = Readonly<Record<string, Role>>;

export const plainRole: Role = {
  login: false,
  superuser: false,
  createdb: false,
  createrole: false,
  replication: false,
  bypassrls: false,
  inherit: true,
  password: null,
};

const superuser: Role = {
  ...plainRole,
  login: true,
  superuser: true,
  createdb: true,
  createrole: true,
  replication: true,
  bypassrls: true,
};

/** What initdb alone leaves: the first superuser. */
export const bareRoles: Roles = { postgres: superuser };

export const imageRoles: Roles = {
  supabase_admin: superuser,
  postgres: { ...superuser, superuser: false },
  anon: plainRole,
  authenticated: plainRole,
  service_role: { ...plainRole, bypassrls: true },
  authenticator: { ...plainRole, login: true, inherit: false },
  supabase_auth_admin: { ...plainRole, login: true, createrole: true, inherit: false },
  supabase_storage_admin: { ...plainRole, login: true, createrole: true, inherit: false },
  supabase_replication_admin: { ...plainRole, login: true, replication: true },
  supabase_read_only_user: { ...plainRole, login: true, bypassrls: true },
  pgbouncer: { ...plainRole, login: true },
  dashboard_user: { ...plainRole, createdb: true, createrole: true, replication: true },
};

/** Schemas of the `postgres` database that are not PostgreSQL's own. */
export const imageSchemas: readonly string[] = [
  "auth",
  "extensions",
  "graphql",
  "graphql_public",
  "pgbouncer",
  "pgsodium",
  "pgsodium_masks",
  "realtime",
  "storage",
  "vault",
];
