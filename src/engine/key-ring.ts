/** The credentials of one silo, derived when first needed; a wrong master key never gets that far. */

import type { Credentials } from "#silo/credentials.ts";
import {
  checkValueOf,
  deriveCredentials,
  deriveSiloKey,
  deriveValue,
  keyIdOf,
} from "#silo/derive.ts";
import { Refused } from "#silo/errors.ts";
import { fingerprintOf, type GivenValue } from "#silo/fingerprint.ts";
import type { MasterKey } from "#silo/master-key.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";

/** Throws when the master key is not the one this silo was made with (exit 4). */
export function assertMasterKey(master: MasterKey, silo: Silo, record: SiloRecord): void {
  const siloKey = siloKeyOf(master, silo, record.incarnation);
  const newest = record.generations.at(-1);
  const isRight =
    record.check === undefined
      ? newest?.keyId === keyIdOf(master)
      : record.check === checkValueOf(siloKey);
  if (isRight) return;
  throw new Refused(`SILO_MASTER_KEY is not the key that ${silo.slug} was made with`, {
    exitCode: 4,
    fix: `give the right one; if it is lost for good, dump the data, destroy ${silo.slug} and apply it under the new key`,
  });
}

export async function credentialsOf(
  master: MasterKey,
  silo: Silo,
  record: SiloRecord,
): Promise<Credentials> {
  assertMasterKey(master, silo, record);
  const newest = record.generations.at(-1);
  if (!newest) throw new Error("A record has at least one generation");
  return deriveCredentials(siloKeyOf(master, silo, record.incarnation), newest);
}

/** Under a key of the silo, which is never anything else's. */
export function fingerprintFor(
  master: MasterKey,
  silo: Silo,
  record: SiloRecord,
): (given: readonly GivenValue[]) => string {
  assertMasterKey(master, silo, record);
  const siloKey = siloKeyOf(master, silo, record.incarnation);
  return (given) => fingerprintOf(siloKey, given);
}

/** What receipts of the silo are sealed with. */
export function receiptKeyOf(master: MasterKey, silo: Silo, record: SiloRecord): string {
  assertMasterKey(master, silo, record);
  return deriveValue(siloKeyOf(master, silo, record.incarnation), "receipt", 0);
}

/** What a new record says of the key it was made with. */
export function identityCheck(
  master: MasterKey,
  silo: Silo,
  incarnation: string,
): { readonly check: string; readonly keyId: string } {
  return { check: checkValueOf(siloKeyOf(master, silo, incarnation)), keyId: keyIdOf(master) };
}

const siloKeyOf = (master: MasterKey, silo: Silo, incarnation: string) =>
  deriveSiloKey(master, { siloId: silo.spec.silo_id, incarnation });
