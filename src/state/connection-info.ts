/** What there is to hand out of a silo, by field. Who gets which of it is for silo/access.ts to say. */

import type { Field } from "#silo/access.ts";
import type { Credentials } from "#silo/credentials.ts";
import { privateHost, publicHost, supabaseUrl } from "#silo/names.ts";
import { Secret } from "#silo/secret.ts";
import type { Silo } from "#silo/silo.ts";

export type ConnectionInfo = Readonly<Partial<Record<Field, string | Secret>>>;

/** The user of the login before Studio. */
const studioUsername = "supabase";
const databaseRole = "postgres";

/** Values of every field but those that do not exist for this silo. */
export function connectionInfo(
  silo: Silo,
  credentials: Credentials,
  previewUrl: string | undefined,
): ConnectionInfo {
  const password = credentials.passwords.postgres;
  const hasStudio = silo.spec.devenv.services.studio.enabled;
  return {
    supabase_url: supabaseUrl(silo.slugs),
    supabase_anon_key: credentials.anonKey,
    supabase_service_role_key: credentials.serviceRoleKey,
    db_connection_string: new Secret(connectionString(silo, password.reveal())),
    db_connection_string_masked: connectionString(silo, "***"),
    db_password: password,
    db_host: databaseHost(silo),
    ...(hasStudio && {
      studio_url: `https://${publicHost(silo.slugs, "studio")}`,
      studio_username: studioUsername,
      studio_password: credentials.studioPassword,
    }),
    ...(previewUrl !== undefined && { silo_preview_url: previewUrl }),
  };
}

/** TLS is asked for outside; inside the silo's network there is none. */
function connectionString(silo: Silo, password: string): string {
  const mode = silo.spec.devenv.services.postgres.public ? "require" : "disable";
  return `postgres://${databaseRole}:${password}@${databaseHost(silo)}:5432/postgres?sslmode=${mode}`;
}

const databaseHost = ({ slugs, spec }: Silo) =>
  spec.devenv.services.postgres.public
    ? publicHost(slugs, "postgres")
    : privateHost(slugs, "postgres");
