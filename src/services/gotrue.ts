/** GoTrue: sign-up, login, tokens. Image facts: supabase/gotrue v2.143.0. */

import { supabaseUrl } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { databaseUrl } from "./database.ts";
import { privateTcp } from "./exposure.ts";
import { httpCheck } from "./health-check.ts";
import { ownSecrets } from "./own-secrets.ts";
import { guestOf } from "./sizing.ts";
import type { ServiceDefinition } from "./types.ts";

export const gotruePort = 9999;

export const gotrue: ServiceDefinition = {
  name: "gotrue",
  after: ["postgres"],
  isEnabled: () => true,
  guest: (silo) => guestOf(silo.spec.devenv.services.gotrue),
  image: (silo) => silo.spec.devenv.services.gotrue.image,
  ips: () => ["private_v6"],
  volume: () => undefined,
  secretNames: (silo) => [
    "GOTRUE_DB_DATABASE_URL",
    "GOTRUE_JWT_SECRET",
    ...silo.spec.devenv.services.gotrue.secret_env,
  ],
  secrets: (silo, credentials, extra) => ({
    // Its search_path is what makes GoTrue's bare table names resolve.
    GOTRUE_DB_DATABASE_URL: databaseUrl(silo, credentials, "supabase_auth_admin"),
    GOTRUE_JWT_SECRET: credentials.jwtSecret,
    ...ownSecrets(silo, "gotrue", extra),
  }),
  machine: (silo) => {
    const spec = silo.spec.devenv.services.gotrue;
    return {
      image: spec.image,
      guest: guestOf(spec),
      env: { ...baseEnv(silo), ...spec.env },
      services: [privateTcp(gotruePort)],
      checks: { ready: httpCheck(gotruePort, "/health") },
      // It exits when Postgres is not there yet: enough tries to outlast a slow first boot.
      restart: { policy: "on-failure", max_retries: 50 },
      stop_config: { signal: "SIGTERM", timeout: "10s" },
    };
  },
  ready: [{ path: "/auth/v1/health" }],
};

function baseEnv(silo: Silo): Readonly<Record<string, string>> {
  const { auth } = silo.spec.devenv;
  return {
    GOTRUE_API_HOST: "0.0.0.0",
    GOTRUE_API_PORT: String(gotruePort),
    GOTRUE_DB_DRIVER: "postgres",
    // Without /auth/v1 in this version; the mail paths below carry it.
    API_EXTERNAL_URL: supabaseUrl(silo.slugs),
    GOTRUE_SITE_URL: auth.site_url ?? "http://localhost:3000",
    GOTRUE_URI_ALLOW_LIST: auth.redirect_urls.join(","),
    GOTRUE_JWT_AUD: "authenticated",
    GOTRUE_JWT_DEFAULT_GROUP_NAME: "authenticated",
    GOTRUE_JWT_ADMIN_ROLES: "service_role",
    GOTRUE_JWT_EXP: "3600",
    GOTRUE_EXTERNAL_EMAIL_ENABLED: "true",
    // No mail server is needed in a silo: an address counts as confirmed.
    GOTRUE_MAILER_AUTOCONFIRM: "true",
    GOTRUE_DISABLE_SIGNUP: String(!isSignupOpen(silo)),
    ...mailPaths,
  };
}

/** Whoever signs up could read everything in the weaker RLS modes, so they close the door. */
const isSignupOpen = (silo: Silo): boolean =>
  silo.spec.devenv.auth.signup && silo.spec.devenv.rls_mode === "production";

/** The default is `/verify`, which Kong does not route. */
const mailPaths = {
  GOTRUE_MAILER_URLPATHS_CONFIRMATION: "/auth/v1/verify",
  GOTRUE_MAILER_URLPATHS_EMAIL_CHANGE: "/auth/v1/verify",
  GOTRUE_MAILER_URLPATHS_INVITE: "/auth/v1/verify",
  GOTRUE_MAILER_URLPATHS_RECOVERY: "/auth/v1/verify",
} as const;
