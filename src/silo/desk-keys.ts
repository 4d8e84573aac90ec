/**
 * What a Service Desk holds in place of the master key: the key of each silo, which says nothing of
 * any other silo, nor of the same one once it is made anew.
 */

import type { Credentials } from "./credentials.ts";
import { checkValueOf, deriveCredentials } from "./derive.ts";
import { Refused } from "./errors.ts";
import type { SiloRecord } from "./record.ts";
import { Secret } from "./secret.ts";

export interface DeskKey {
  readonly siloId: string;
  readonly key: Secret;
}

/** While a master key is replaced a silo has two of them. */
export type DeskKeys = readonly DeskKey[];

export const renderDeskKeys = (keys: readonly { siloId: string; bytes: Uint8Array }[]): string =>
  keys
    .map(({ siloId, bytes }) => `${siloId}:${Buffer.from(bytes).toString("base64url")}`)
    .join(",");

/** `SILO_DESK_KEYS`: entries of `silo desk-keys`, separated by commas or white space. */
export function parseDeskKeys(text: string): DeskKeys {
  return text
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .map((entry, at) => {
      const [, siloId, key] = /^([a-z0-9-]{1,100}):([A-Za-z0-9_-]{43})$/.exec(entry) ?? [];
      if (siloId === undefined || key === undefined) {
        throw new Refused(`Entry ${at + 1} of SILO_DESK_KEYS is not a silo_id and its key`, {
          exitCode: 2,
          fix: "put there what `silo desk-keys` prints",
        });
      }
      return { siloId, key: new Secret(key) };
    });
}

/** `undefined` when none of them is the one that the keys of this silo come from. */
export async function credentialsByDeskKey(
  keys: DeskKeys,
  siloId: string,
  record: SiloRecord,
): Promise<Credentials | undefined> {
  const newest = record.generations.at(-1);
  const found = keys
    .filter((one) => one.siloId === siloId)
    .map(({ key }) => new Uint8Array(Buffer.from(key.reveal(), "base64url")))
    .find((bytes) => record.check !== undefined && checkValueOf(bytes) === record.check);
  return newest && found ? deriveCredentials(found, newest) : undefined;
}
