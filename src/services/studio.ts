/**
 * Studio: three containers in one machine, which share its loopback. Only the gateway listens
 * for others; Studio and postgres-meta know no login and run any SQL they are sent.
 */

import { privateHost, publicHost, supabaseUrl } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import type { FlyContainer } from "#wire/fly.ts";
import { databaseName, databasePort } from "./database.ts";
import { publicWeb } from "./exposure.ts";
import { httpCheck } from "./health-check.ts";
import {
  kongEnv,
  kongFilePath,
  kongLogFormatFile,
  kongPort,
  kongStatusPort,
} from "./kong-runtime.ts";
import { fileSecret, secretFile } from "./machine-file.ts";
import { ownSecrets } from "./own-secrets.ts";
import { guestOf } from "./sizing.ts";
import {
  studioGatewayFile,
  studioGatewayPlugins,
  studioPort,
  studioUpstream,
} from "./studio-gateway-file.ts";
import type { ServiceDefinition } from "./types.ts";

const gatewayFileSecret = "SILO_GATEWAY_YML";
const metaPort = 8080;
/** The version that the default Studio was released with. */
const metaImage = "supabase/postgres-meta:v0.75.0";

export const studio: ServiceDefinition = {
  name: "studio",
  after: ["postgres"],
  isEnabled: (silo) => silo.spec.devenv.services.studio.enabled,
  guest: (silo) => guestOf(silo.spec.devenv.services.studio),
  image: (silo) => silo.spec.devenv.services.studio.image,
  ips: () => ["shared_v4", "v6"],
  volume: () => undefined,
  secretNames: (silo) => [
    "AUTH_JWT_SECRET",
    "CRYPTO_KEY",
    "POSTGRES_PASSWORD",
    gatewayFileSecret,
    "SUPABASE_ANON_KEY",
    "SUPABASE_SERVICE_KEY",
    ...silo.spec.devenv.services.studio.secret_env,
  ],
  secrets: (silo, credentials, extra) => ({
    AUTH_JWT_SECRET: credentials.jwtSecret,
    CRYPTO_KEY: credentials.metaCryptoKey,
    POSTGRES_PASSWORD: credentials.passwords.postgres,
    [gatewayFileSecret]: fileSecret(
      JSON.stringify(
        studioGatewayFile(studioUpstream, credentials.studioPassword.reveal()),
        null,
        2,
      ),
    ),
    SUPABASE_ANON_KEY: credentials.anonKey,
    SUPABASE_SERVICE_KEY: credentials.serviceRoleKey,
    ...ownSecrets(silo, "studio", extra),
  }),
  machine: (silo) => {
    const spec = silo.spec.devenv.services.studio;
    return {
      // Every container names its own; this one is what `fly status` shows.
      image: spec.image,
      guest: guestOf(spec),
      containers: [studioContainer(silo), metaContainer(silo), gatewayContainer(silo)],
      services: [publicWeb(kongPort)],
      // The gateway starts last, so its answer means that all three are up.
      checks: { ready: httpCheck(kongStatusPort, "/status") },
      restart: { policy: "on-failure", max_retries: 10 },
      stop_config: { signal: "SIGTERM", timeout: "15s" },
    };
  },
  ready: [],
};

function studioContainer(silo: Silo): FlyContainer {
  const spec = silo.spec.devenv.services.studio;
  return {
    name: "studio",
    image: spec.image,
    env: { ...studioEnv(silo), ...spec.env },
    secrets: [
      ...["AUTH_JWT_SECRET", "POSTGRES_PASSWORD", "SUPABASE_ANON_KEY", "SUPABASE_SERVICE_KEY"],
      ...spec.secret_env,
    ]
      .map((name) => ({ env_var: name, name }))
      .concat({ env_var: "PG_META_CRYPTO_KEY", name: "CRYPTO_KEY" }),
    depends_on: [{ name: "meta", condition: "healthy" }],
    // The health path moved between versions; an open port means that Next serves.
    healthchecks: [{ ...containerTiming, name: "port", tcp: { port: studioPort } }],
  };
}

function metaContainer(silo: Silo): FlyContainer {
  return {
    name: "meta",
    image: metaImage,
    env: {
      PG_META_HOST: "127.0.0.1",
      PG_META_PORT: String(metaPort),
      PG_META_DB_HOST: privateHost(silo.slugs, "postgres"),
      PG_META_DB_PORT: String(databasePort),
      PG_META_DB_NAME: databaseName,
      // Not the superuser: what is made in Studio belongs to the role that migrations run as.
      PG_META_DB_USER: "postgres",
      PG_META_DB_SSL_MODE: "disable",
    },
    secrets: [
      { env_var: "CRYPTO_KEY", name: "CRYPTO_KEY" },
      { env_var: "PG_META_DB_PASSWORD", name: "POSTGRES_PASSWORD" },
    ],
    healthchecks: [
      {
        ...containerTiming,
        name: "health",
        http: { port: metaPort, method: "GET", path: "/health" },
      },
    ],
  };
}

/** Runs the image of the silo's Kong, so that one allow-list and one update cover both. */
const gatewayContainer = (silo: Silo): FlyContainer => ({
  name: "gateway",
  image: silo.spec.devenv.services.kong.image,
  env: kongEnv(studioGatewayPlugins),
  files: [secretFile(kongFilePath, gatewayFileSecret), kongLogFormatFile],
  // An empty list: nothing that this container runs needs a secret in its environment.
  secrets: [],
  depends_on: [{ name: "studio", condition: "healthy" }],
});

function studioEnv(silo: Silo): Readonly<Record<string, string>> {
  const kongUrl = supabaseUrl(silo.slugs);
  return {
    HOSTNAME: "127.0.0.1",
    PORT: String(studioPort),
    STUDIO_PG_META_URL: `http://127.0.0.1:${metaPort}`,
    // The public name: this version puts it into links that a browser must be able to follow.
    SUPABASE_URL: kongUrl,
    SUPABASE_PUBLIC_URL: kongUrl,
    SUPABASE_REST_URL: `${kongUrl}/rest/v1/`,
    DEFAULT_ORGANIZATION_NAME: silo.slugs.client,
    DEFAULT_PROJECT_NAME: silo.slug,
    NEXT_PUBLIC_ENABLE_LOGS: "false",
    NEXT_ANALYTICS_BACKEND_PROVIDER: "postgres",
    // From here on: read by newer versions only.
    STUDIO_URL: `https://${publicHost(silo.slugs, "studio")}`,
    POSTGRES_HOST: privateHost(silo.slugs, "postgres"),
    POSTGRES_PORT: String(databasePort),
    POSTGRES_DB: databaseName,
    POSTGRES_USER_READ_WRITE: "postgres",
    PGRST_DB_SCHEMAS: silo.spec.devenv.services.postgrest.schemas.join(","),
  };
}

const containerTiming = {
  interval: 5,
  timeout: 5,
  grace_period: 30,
  failure_threshold: 3,
} as const;
