/** Credentials whose every value is recognisable in a text. */

import { type Credentials, loginRoles } from "#silo/credentials.ts";
import { Secret } from "#silo/secret.ts";

export const secretTexts = {
  jwtSecret: "jwtsecret0".repeat(6),
  anonKey: "eyJhbGciOiJIUzI1NiJ9.anonpayload.anonsignature",
  serviceRoleKey: "eyJhbGciOiJIUzI1NiJ9.servicepayload.servicesignature",
  studioPassword: "studiopassword5f1e",
  metaCryptoKey: "metacryptokey77aa",
} as const;

export const passwordOf = (role: string): string => `password-of-${role}-c0ffee`;

export const credentials: Credentials = {
  generation: 1,
  jwtSecret: new Secret(secretTexts.jwtSecret),
  anonKey: new Secret(secretTexts.anonKey),
  serviceRoleKey: new Secret(secretTexts.serviceRoleKey),
  studioPassword: new Secret(secretTexts.studioPassword),
  metaCryptoKey: new Secret(secretTexts.metaCryptoKey),
  passwords: {
    postgres: new Secret(passwordOf("postgres")),
    supabase_admin: new Secret(passwordOf("supabase_admin")),
    authenticator: new Secret(passwordOf("authenticator")),
    supabase_auth_admin: new Secret(passwordOf("supabase_auth_admin")),
    supabase_storage_admin: new Secret(passwordOf("supabase_storage_admin")),
    supabase_replication_admin: new Secret(passwordOf("supabase_replication_admin")),
    pgbouncer: new Secret(passwordOf("pgbouncer")),
  },
};

/** Every secret value there is, for a search in something that may hold none. */
export const allSecretTexts: readonly string[] = [
  ...Object.values(secretTexts),
  ...loginRoles.map(passwordOf),
];
