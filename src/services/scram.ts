/** SCRAM-SHA-256 verifiers as Postgres stores them, so that no password is ever part of SQL. */

import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** Postgres' own default. */
const iterations = 4096;
const saltBytes = 16;

/**
 * `SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>` for a password of ASCII characters. The
 * salt comes from the password and the role, so that a second run writes the same text; two
 * roles with one password still differ.
 */
export function scramVerifier(password: string, role: string): string {
  const salt = hmac(password, `silo-manager/scram-salt/${role}`).subarray(0, saltBytes);
  return verifierWithSalt(password, salt);
}

/** The verifier under a given salt (RFC 5802 section 3). */
export function verifierWithSalt(password: string, salt: Uint8Array): string {
  if (!/^[\x21-\x7e]+$/.test(password)) {
    throw new Error("Cannot make a SCRAM verifier: the password is not printable ASCII");
  }
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
  const serverKey = hmac(salted, "Server Key").toString("base64");
  const saltText = Buffer.from(salt).toString("base64");
  return `SCRAM-SHA-256$${iterations}:${saltText}$${storedKey}:${serverKey}`;
}

const hmac = (key: string | Uint8Array, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();
