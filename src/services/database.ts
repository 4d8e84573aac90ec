/** Where the services find Postgres. */

import type { Credentials, LoginRole } from "#silo/credentials.ts";
import { privateHost } from "#silo/names.ts";
import { Secret } from "#silo/secret.ts";
import type { Silo } from "#silo/silo.ts";

export const databasePort = 5432;
export const databaseName = "postgres";

/**
 * The URL under which a service logs in with its own role, over Flycast. TLS is off because the
 * network between the machines of a silo is encrypted and nobody else is on it.
 */
export function databaseUrl(silo: Silo, credentials: Credentials, role: LoginRole): Secret {
  const password = encodeURIComponent(credentials.passwords[role].reveal());
  const host = privateHost(silo.slugs, "postgres");
  return new Secret(
    `postgres://${role}:${password}@${host}:${databasePort}/${databaseName}?sslmode=disable`,
  );
}
