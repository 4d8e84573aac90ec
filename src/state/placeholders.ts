/** Credentials whose values are their names: for whatever depends on the form of a value, not on it. */

import { type Credentials, loginRoles } from "#silo/credentials.ts";
import { Secret } from "#silo/secret.ts";

export const placeholder = (name: string) => new Secret(`{{${name}}}`);

export const placeholders: Credentials = {
  generation: 0,
  jwtSecret: placeholder("jwt"),
  anonKey: placeholder("anon"),
  serviceRoleKey: placeholder("service_role"),
  passwords: Object.fromEntries(
    loginRoles.map((role) => [role, placeholder(role)]),
  ) as Credentials["passwords"],
  studioPassword: placeholder("studio"),
  metaCryptoKey: placeholder("meta-crypto"),
};
