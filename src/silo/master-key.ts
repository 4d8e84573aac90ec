/** A master key: 32 random bytes in base64, from which everything of every silo is derived. */

import { Refused } from "./errors.ts";
import { Secret } from "./secret.ts";

const masterKeyBytes = 32;

export interface MasterKey {
  bytes(): Uint8Array;
}

/** What a run has. */
export interface MasterKeys {
  /** `SILO_MASTER_KEY`: every new generation comes from it. */
  readonly present: MasterKey;
  /** `SILO_MASTER_KEY_PREVIOUS`, for silos that were not yet moved from it. */
  readonly previous: MasterKey | undefined;
}

export function parseMasterKey(text: string, variable = "SILO_MASTER_KEY"): MasterKey {
  // Node's decoder never fails by itself, so the text is checked before and after.
  const decoded = Buffer.from(text, "base64");
  const isBase64 = /^[A-Za-z0-9+/]{43}=$/.test(text) && decoded.toString("base64") === text;
  if (!isBase64 || decoded.length !== masterKeyBytes) {
    throw unusable(variable, "is not the base64 text of 32 bytes");
  }
  if (decoded.every((byte) => byte === decoded[0]))
    throw unusable(variable, "is one repeated byte");
  const key = new Secret(decoded.toString("hex"));
  return { bytes: () => Buffer.from(key.reveal(), "hex") };
}

export function renderMasterKey(random: Uint8Array): string {
  return Buffer.from(random).toString("base64");
}

function unusable(variable: string, why: string): Refused {
  return new Refused(`${variable} ${why}`, {
    exitCode: 2,
    fix: "make one with `silo new-master-key` and keep it in the environment silo-manager",
  });
}
