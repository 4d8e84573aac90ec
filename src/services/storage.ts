/** Storage API on a volume. Image facts: supabase/storage-api v0.43.11. */

import { supabaseUrl } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { databaseUrl } from "./database.ts";
import { privateTcp } from "./exposure.ts";
import { httpCheck } from "./health-check.ts";
import { ownSecrets } from "./own-secrets.ts";
import { guestOf } from "./sizing.ts";
import type { ServiceDefinition } from "./types.ts";

export const storagePort = 5000;
const volumePath = "/var/lib/storage";
/** Bucket and tenant are part of the path on disk: changed, every stored file would be lost to the service. */
const pathPart = "stub";

export const storage: ServiceDefinition = {
  name: "storage",
  after: ["postgres"],
  isEnabled: () => true,
  guest: (silo) => guestOf(silo.spec.devenv.services.storage),
  image: (silo) => silo.spec.devenv.services.storage.image,
  ips: () => ["private_v6"],
  volume: (silo) => ({
    name: "storage_data",
    path: volumePath,
    sizeGb: silo.spec.devenv.services.storage.volume_gb,
  }),
  secretNames: (silo) => [
    "ANON_KEY",
    "AUTH_JWT_SECRET",
    "DATABASE_URL",
    "PGRST_JWT_SECRET",
    "SERVICE_KEY",
    ...silo.spec.devenv.services.storage.secret_env,
  ],
  secrets: (silo, credentials, extra) => ({
    ANON_KEY: credentials.anonKey,
    // The name of PGRST_JWT_SECRET in newer images.
    AUTH_JWT_SECRET: credentials.jwtSecret,
    DATABASE_URL: databaseUrl(silo, credentials, "supabase_storage_admin"),
    PGRST_JWT_SECRET: credentials.jwtSecret,
    SERVICE_KEY: credentials.serviceRoleKey,
    ...ownSecrets(silo, "storage", extra),
  }),
  machine: (silo) => {
    const spec = silo.spec.devenv.services.storage;
    return {
      image: spec.image,
      guest: guestOf(spec),
      env: { ...baseEnv(silo), ...spec.env },
      services: [privateTcp(storagePort)],
      // `/health` answers 200 even when it reports that it is not healthy.
      checks: { ready: httpCheck(storagePort, "/status") },
      // It exits when Postgres is not there yet: enough tries to outlast a slow first boot.
      restart: { policy: "on-failure", max_retries: 50 },
      stop_config: { signal: "SIGTERM", timeout: "10s" },
    };
  },
  ready: [{ path: "/storage/v1/status" }],
  dataEnv: {
    STORAGE_BACKEND: ["file"],
    FILE_STORAGE_BACKEND_PATH: [volumePath],
    GLOBAL_S3_BUCKET: [pathPart],
    TENANT_ID: [pathPart],
  },
};

function baseEnv(silo: Silo): Readonly<Record<string, string>> {
  return {
    // `::` takes IPv4 too. Newer images read the second pair.
    HOST: "::",
    PORT: String(storagePort),
    SERVER_HOST: "::",
    SERVER_PORT: String(storagePort),
    STORAGE_BACKEND: "file",
    FILE_STORAGE_BACKEND_PATH: volumePath,
    FILE_SIZE_LIMIT: "52428800",
    GLOBAL_S3_BUCKET: pathPart,
    TENANT_ID: pathPart,
    REGION: "stub",
    ENABLE_IMAGE_TRANSFORMATION: "false",
    // Kong strips /storage/v1, which resumable uploads must have in their URLs.
    TUS_URL_PATH: "/storage/v1/upload/resumable",
    REQUEST_ALLOW_X_FORWARDED_PATH: "true",
    STORAGE_PUBLIC_URL: supabaseUrl(silo.slugs),
  };
}
