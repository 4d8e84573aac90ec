/**
 * What the first boot of supabase/postgres 15.1.1.78 leaves in the database, in SQL of our own:
 * roles, memberships, schemas and grants (facts: its init scripts and migrations). Extensions that
 * the npm binaries lack (pgsodium, pg_net, pg_graphql, pgjwt, supautils) are not there.
 */

import { imageRoles } from "./image-roles.ts";
import { quoteIdentifier } from "./sql-script.ts";

/** Run by `postgres` while it still is the superuser; its own demotion comes last. */
export const bootstrapSql = [
  createRoles(),
  memberships(),
  roleSettings(),
  schemas(),
  defaultPrivileges(),
  authSchema(),
  "alter role postgres nosuperuser createdb createrole replication bypassrls;",
].join("\n");

function createRoles(): string {
  return Object.entries(imageRoles)
    .filter(([name]) => name !== "postgres")
    .map(([name, role]) => {
      const flag = (on: boolean, word: string) => (on ? word : `no${word}`);
      const words = [
        flag(role.login, "login"),
        flag(role.superuser, "superuser"),
        flag(role.createdb, "createdb"),
        flag(role.createrole, "createrole"),
        flag(role.replication, "replication"),
        flag(role.bypassrls, "bypassrls"),
        flag(role.inherit, "inherit"),
      ];
      return `create role ${quoteIdentifier(name)} ${words.join(" ")};`;
    })
    .join("\n");
}

function memberships(): string {
  return `
grant anon, authenticated, service_role to authenticator;
grant authenticator to supabase_storage_admin;
grant anon, authenticated, service_role to postgres;
grant supabase_auth_admin, supabase_storage_admin to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
grant pg_read_all_data to supabase_read_only_user;
`;
}

function roleSettings(): string {
  return `
alter role supabase_admin set search_path to "$user", public, auth, extensions;
alter role postgres set search_path to "$user", public, extensions;
alter role supabase_auth_admin set search_path to auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout to '60s';
alter role supabase_storage_admin set search_path to storage;
alter role anon set statement_timeout to '3s';
alter role authenticated set statement_timeout to '8s';
alter role authenticator set statement_timeout to '8s';
alter role authenticator set lock_timeout to '8s';
`;
}

function schemas(): string {
  return `
create publication supabase_realtime;
create schema auth authorization supabase_admin;
create schema storage authorization supabase_admin;
create schema extensions authorization postgres;
create schema graphql authorization supabase_admin;
create schema graphql_public authorization supabase_admin;
create schema realtime authorization supabase_admin;
create schema pgsodium authorization supabase_admin;
create schema pgsodium_masks authorization supabase_admin;
create schema vault authorization supabase_admin;
create schema pgbouncer authorization pgbouncer;
create extension "uuid-ossp" with schema extensions;
create extension pgcrypto with schema extensions;
grant usage on schema public, extensions, auth, storage, graphql_public
  to anon, authenticated, service_role;
grant usage on schema public, extensions to postgres;
grant all on schema public, extensions, auth, storage to postgres, dashboard_user;
grant all on schema auth to supabase_auth_admin;
grant all on schema storage to supabase_storage_admin;
grant create on database postgres to supabase_auth_admin, supabase_storage_admin;
`;
}

/** A table in `public` without RLS is open to everyone who has the anon key. */
function defaultPrivileges(): string {
  const kinds = ["tables", "functions", "sequences"];
  const everyone = "postgres, anon, authenticated, service_role";
  const owners = ["postgres", "supabase_admin"];
  const inPublic = owners.flatMap((owner) =>
    ["public", "graphql_public"].flatMap((schema) =>
      kinds.map(
        (kind) =>
          `alter default privileges for role ${owner} in schema ${schema} grant all on ${kind} to ${everyone};`,
      ),
    ),
  );
  const services = [
    ["supabase_auth_admin", "auth", "postgres, dashboard_user"],
    ["supabase_storage_admin", "storage", everyone],
  ].flatMap(([owner, schema, roles]) =>
    kinds.map(
      (kind) =>
        `alter default privileges for role ${owner} in schema ${schema} grant all on ${kind} to ${roles};`,
    ),
  );
  return [...inPublic, ...services].join("\n");
}

/** As shipped, these read the settings of old PostgREST versions; GoTrue's migrations mend them. */
function authSchema(): string {
  return `
create function auth.uid() returns uuid language sql stable as
  $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
create function auth.role() returns text language sql stable as
  $$ select nullif(current_setting('request.jwt.claim.role', true), '')::text $$;
create function auth.email() returns text language sql stable as
  $$ select nullif(current_setting('request.jwt.claim.email', true), '')::text $$;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;
alter function auth.email() owner to supabase_auth_admin;
grant execute on all functions in schema auth to anon, authenticated, service_role, postgres;
`;
}
