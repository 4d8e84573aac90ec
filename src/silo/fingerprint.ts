/**
 * What a consumer was last given, as a keyed fingerprint: it tells whether a value is the current one
 * and tells nothing of the value to whoever has not the silo's key. 128 bits of HMAC-SHA-256.
 */

import { createHmac } from "node:crypto";
import { deriveValue } from "./derive.ts";
import type { Secret } from "./secret.ts";

export interface GivenValue {
  /** `github`, `netlify`, `fly`. */
  readonly consumer: string;
  /** Where at the consumer: a place of a repository, a branch of a site, an app. */
  readonly target: string;
  readonly name: string;
  readonly value: Secret | string;
}

const hexLength = 32;

/** One for all that a place was given, in whatever order. */
export function fingerprintOf(siloKey: Uint8Array, given: readonly GivenValue[]): string {
  const key = Buffer.from(deriveValue(siloKey, "fingerprint", 0), "hex");
  const rows = given.map(({ consumer, target, name, value }) =>
    JSON.stringify([consumer, target, name, typeof value === "string" ? value : value.reveal()]),
  );
  const text = `[${rows.sort().join()}]`;
  return createHmac("sha256", key).update(text).digest("hex").slice(0, hexLength);
}
