/** Password verifiers as PostgreSQL stores them (SCRAM-SHA-256, RFC 5803). */

import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

const verifierForm =
  /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;

export const isVerifier = (text: string): boolean => verifierForm.test(text);

/** What `ALTER ROLE … PASSWORD 'text'` stores: a verifier as it is, anything else hashed. */
export function storedPassword(role: string, text: string): string {
  if (isVerifier(text)) return text;
  const salt = createHash("sha256").update(`${role}\0${text}`).digest().subarray(0, 16);
  const keys = deriveKeys(text, salt, 4096);
  return `SCRAM-SHA-256$4096:${salt.toString("base64")}$${keys.stored.toString("base64")}:${keys.server.toString("base64")}`;
}

export function passwordMatches(stored: string, password: string): boolean {
  const [, iterations, salt, storedKey] = verifierForm.exec(stored) ?? [];
  if (!iterations || !salt || !storedKey) return false;
  const keys = deriveKeys(password, Buffer.from(salt, "base64"), Number(iterations));
  const expected = Buffer.from(storedKey, "base64");
  return expected.length === keys.stored.length && timingSafeEqual(expected, keys.stored);
}

function deriveKeys(password: string, salt: Buffer, iterations: number) {
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const client = createHmac("sha256", salted).update("Client Key").digest();
  return {
    stored: createHash("sha256").update(client).digest(),
    server: createHmac("sha256", salted).update("Server Key").digest(),
  };
}
