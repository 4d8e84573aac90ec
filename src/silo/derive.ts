/**
 * Derivation v1. Credentials are derived, not stored: a crash loses nothing, a second run writes
 * the same values, rotation is generation + 1, and a silo made again never gets old keys back.
 */

import { hkdfSync } from "node:crypto";
import { SignJWT } from "jose";
import { type Credentials, type LoginRole, loginRoles } from "./credentials.ts";
import type { MasterKey } from "./master-key.ts";
import { Secret } from "./secret.ts";

const salt = "silo-manager/v1";
const valueBytes = 32;
const keyIdLength = 8;
const checkValueLength = 32;

/** Closed list; the last four do not depend on the generation and use 0. */
export type Purpose =
  | "jwt"
  | `db:${LoginRole}`
  | "studio"
  | "meta-crypto"
  | "fingerprint"
  | "receipt"
  | "check";

export interface SiloIdentity {
  readonly siloId: string;
  /** 32 hex characters, made when the silo is first created. */
  readonly incarnation: string;
}

/** One credential set; its dates make the JWTs the same text at every run. */
export interface Generation {
  readonly number: number;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Which master key it was derived from. */
  readonly keyId: string;
  /** The generation whose signing secret, and so whose keys, it has kept; absent: they are its own. */
  readonly signedAs?: number;
}

/** The key of one silo: what a desk may hold in place of the master key. */
export function deriveSiloKey(master: MasterKey, identity: SiloIdentity): Uint8Array {
  return hkdf(master.bytes(), ["silo", identity.siloId, identity.incarnation]);
}

export function deriveValue(siloKey: Uint8Array, purpose: Purpose, generation: number): string {
  return Buffer.from(hkdf(siloKey, ["v1", purpose, generation])).toString("hex");
}

/** Says which master key this is without saying anything about it: 8 hex characters. */
export function keyIdOf(master: MasterKey): string {
  return Buffer.from(hkdf(master.bytes(), ["kid"]))
    .toString("hex")
    .slice(0, keyIdLength);
}

/** Kept in the silo record: a wrong master key is caught by it before any write. */
export function checkValueOf(siloKey: Uint8Array): string {
  return deriveValue(siloKey, "check", 0).slice(0, checkValueLength);
}

export async function deriveCredentials(
  siloKey: Uint8Array,
  generation: Generation,
): Promise<Credentials> {
  const value = (purpose: Purpose) => deriveValue(siloKey, purpose, generation.number);
  const jwtSecret = deriveValue(siloKey, "jwt", generation.signedAs ?? generation.number);
  const passwords = Object.fromEntries(
    loginRoles.map((role) => [role, new Secret(value(`db:${role}`))]),
  ) as Record<LoginRole, Secret>;
  return {
    generation: generation.number,
    jwtSecret: new Secret(jwtSecret),
    anonKey: await signKey("anon", jwtSecret, generation),
    serviceRoleKey: await signKey("service_role", jwtSecret, generation),
    passwords,
    studioPassword: new Secret(value("studio")),
    metaCryptoKey: new Secret(deriveValue(siloKey, "meta-crypto", 0)),
  };
}

/** Header and claim order are pinned by golden vectors: Kong compares the whole text. */
async function signKey(
  role: "anon" | "service_role",
  jwtSecret: string,
  generation: Generation,
): Promise<Secret> {
  const claims = { role, iss: "supabase", iat: generation.issuedAt, exp: generation.expiresAt };
  const jwt = await new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(jwtSecret));
  return new Secret(jwt);
}

function hkdf(key: Uint8Array, info: readonly (string | number)[]): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, salt, JSON.stringify(info), valueBytes));
}
