/** Postgres: the only service with data of its own beside storage. Image facts: supabase/postgres 15.1.1.78. */

import { databaseName, databasePort } from "./database.ts";
import { postgresTcp } from "./exposure.ts";
import { tcpCheck } from "./health-check.ts";
import { fileSecret, plainFile, secretFile } from "./machine-file.ts";
import { ownSecrets } from "./own-secrets.ts";
import { postgresBootPath, postgresBootScript, postgresVolumePath } from "./postgres-boot.ts";
import { rolePasswordsSql } from "./role-passwords.ts";
import { guestOf } from "./sizing.ts";
import type { ServiceDefinition } from "./types.ts";

/** The image runs it as `supabase_admin` at the end of the first boot, and only then. */
const postInitSql = "/etc/postgresql.schema.sql";
const postInitSecret = "SILO_SCHEMA_SQL";

export const postgres: ServiceDefinition = {
  name: "postgres",
  after: [],
  isEnabled: () => true,
  guest: (silo) => guestOf(silo.spec.devenv.services.postgres),
  image: (silo) => silo.spec.devenv.services.postgres.image,
  ips: (silo) =>
    silo.spec.devenv.services.postgres.public ? ["private_v6", "v4"] : ["private_v6"],
  volume: (silo) => ({
    name: "pg_data",
    path: postgresVolumePath,
    sizeGb: silo.spec.devenv.services.postgres.volume_gb,
  }),
  secretNames: (silo) => [
    "POSTGRES_PASSWORD",
    postInitSecret,
    ...silo.spec.devenv.services.postgres.secret_env,
  ],
  secrets: (silo, credentials, extra) => ({
    POSTGRES_PASSWORD: credentials.passwords.postgres,
    [postInitSecret]: fileSecret(rolePasswordsSql(credentials)),
    ...ownSecrets(silo, "postgres", extra),
  }),
  machine: (silo) => {
    const spec = silo.spec.devenv.services.postgres;
    return {
      image: spec.image,
      guest: guestOf(spec),
      env: {
        // Grants, pg_cron and the init scripts are tied to this name.
        POSTGRES_DB: databaseName,
        // As `supabase start` does, so that text sorts the same on a laptop and in a silo.
        POSTGRES_INITDB_ARGS: "--lc-collate=C.UTF-8",
        ...spec.env,
      },
      files: [
        secretFile(postInitSql, postInitSecret),
        plainFile(postgresBootPath, postgresBootScript),
      ],
      init: { exec: ["/bin/bash", postgresBootPath] },
      services: [postgresTcp(databasePort)],
      checks: { ready: tcpCheck(databasePort) },
      restart: { policy: "on-failure", max_retries: 10 },
      // SIGINT is a fast shutdown with a checkpoint; killed before it ends, the next boot replays WAL.
      stop_config: { signal: "SIGINT", timeout: "60s" },
    };
  },
  ready: [],
  dataEnv: { PGDATA: [undefined, `${postgresVolumePath}/data`] },
};
