/**
 * The credentials of one silo, derived when first needed, from whichever of the run's master keys its
 * record names; a wrong one never gets that far.
 */

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
import type { MasterKey, MasterKeys } from "#silo/master-key.ts";
import type { Identity, SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";

export { keyIdOf };

/** Throws when none of them is the key that this silo's keys come from (exit 4). */
export function masterOf(masters: MasterKeys, silo: Silo, record: SiloRecord): MasterKey {
  const found = [masters.present, masters.previous].find(
    (master) => master && isUnder(master, silo, record),
  );
  if (found) return found;
  throw wrongKey(silo, record, masters);
}

/** Whether the keys in force come from it. */
export function isUnder(master: MasterKey, silo: Silo, record: SiloRecord): boolean {
  return record.check === undefined
    ? newestKeyId(record) === keyIdOf(master)
    : record.check === checkValueOf(siloKeyOf(master, silo, record));
}

export async function credentialsOf(
  masters: MasterKeys,
  silo: Silo,
  record: SiloRecord,
): Promise<Credentials> {
  const master = masterOf(masters, silo, record);
  const newest = record.generations.at(-1);
  if (!newest) throw new Error("A record has at least one generation");
  return deriveCredentials(siloKeyOf(master, silo, record), newest);
}

/** Under a key of the silo, which is never anything else's. */
export function fingerprintFor(
  masters: MasterKeys,
  silo: Silo,
  record: SiloRecord,
): (given: readonly GivenValue[]) => string {
  const siloKey = siloKeyOf(masterOf(masters, silo, record), silo, record);
  return (given) => fingerprintOf(siloKey, given);
}

/** What receipts of the silo are sealed with. */
export function receiptKeyOf(masters: MasterKeys, silo: Silo, record: SiloRecord): string {
  return deriveValue(siloKeyOf(masterOf(masters, silo, record), silo, record), "receipt", 0);
}

/** What the record says of the key that its newest generation comes from. */
export function checkOf(masters: MasterKeys, silo: Silo, identity: Identity): string {
  const wanted = newestKeyId(identity);
  const master = [masters.present, masters.previous].find((one) => one && keyIdOf(one) === wanted);
  if (!master) throw wrongKey(silo, identity, masters);
  return checkValueOf(siloKeyOf(master, silo, identity));
}

const newestKeyId = ({ generations }: Identity): string | undefined => generations.at(-1)?.keyId;

function wrongKey(silo: Silo, identity: Identity, { previous }: MasterKeys): Refused {
  const { slug } = silo;
  const isOrAre = previous ? "and SILO_MASTER_KEY_PREVIOUS are not" : "is not";
  return new Refused(
    `SILO_MASTER_KEY ${isOrAre} the key that ${slug} was made with, whose id is ${newestKeyId(identity)}`,
    {
      exitCode: 4,
      fix:
        `set that key as SILO_MASTER_KEY; while silos are moved from it to another, as SILO_MASTER_KEY_PREVIOUS; ` +
        `if it is lost for good, \`silo rotate-master ${slug} --lost\``,
    },
  );
}

const siloKeyOf = (master: MasterKey, silo: Silo, { incarnation }: Identity) =>
  deriveSiloKey(master, { siloId: silo.spec.silo_id, incarnation });
