/** PostgREST: the REST interface. Image facts: postgrest/postgrest v12.0.1 (no shell in the image). */

import { databaseUrl } from "./database.ts";
import { privateTcp } from "./exposure.ts";
import { httpCheck } from "./health-check.ts";
import { ownSecrets } from "./own-secrets.ts";
import { guestOf } from "./sizing.ts";
import type { ServiceDefinition } from "./types.ts";

export const postgrestPort = 3000;
const adminPort = 3001;

export const postgrest: ServiceDefinition = {
  name: "postgrest",
  after: ["postgres"],
  isEnabled: () => true,
  guest: (silo) => guestOf(silo.spec.devenv.services.postgrest),
  image: (silo) => silo.spec.devenv.services.postgrest.image,
  ips: () => ["private_v6"],
  volume: () => undefined,
  secretNames: (silo) => [
    "PGRST_DB_URI",
    "PGRST_JWT_SECRET",
    ...silo.spec.devenv.services.postgrest.secret_env,
  ],
  secrets: (silo, credentials, extra) => ({
    // Never `postgres`: that role bypasses row level security.
    PGRST_DB_URI: databaseUrl(silo, credentials, "authenticator"),
    PGRST_JWT_SECRET: credentials.jwtSecret,
    ...ownSecrets(silo, "postgrest", extra),
  }),
  machine: (silo) => {
    const spec = silo.spec.devenv.services.postgrest;
    return {
      image: spec.image,
      guest: guestOf(spec),
      env: {
        PGRST_DB_SCHEMAS: spec.schemas.join(","),
        PGRST_DB_ANON_ROLE: "anon",
        PGRST_DB_EXTRA_SEARCH_PATH: "public,extensions",
        PGRST_DB_MAX_ROWS: "1000",
        // The default binds IPv4 only; an IPv6 socket takes both.
        PGRST_SERVER_HOST: "*6",
        PGRST_SERVER_PORT: String(postgrestPort),
        PGRST_ADMIN_SERVER_PORT: String(adminPort),
        // From `error` on it logs failed requests with their query; Kong's log has their paths.
        PGRST_LOG_LEVEL: "crit",
        ...spec.env,
      },
      services: [privateTcp(postgrestPort)],
      // Ready means: database reached, schema cache loaded.
      checks: { ready: httpCheck(adminPort, "/ready") },
      restart: { policy: "on-failure", max_retries: 10 },
      stop_config: { signal: "SIGTERM", timeout: "10s" },
    };
  },
  ready: [{ path: "/rest/v1/" }],
};
