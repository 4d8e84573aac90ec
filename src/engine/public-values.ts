/** What a frontend is to be built with, as far as a run knows it: without a key no value that is made from one. */

import type { Field } from "#silo/access.ts";
import { Refused } from "#silo/errors.ts";
import type { MasterKeys } from "#silo/master-key.ts";
import { supabaseUrl } from "#silo/names.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { Clock } from "#world/effects.ts";
import { credentialsOf } from "./key-ring.ts";

export async function knownPublicValues(
  silo: Silo,
  record: SiloRecord,
  { masterKeys, clock }: { masterKeys(): MasterKeys | undefined; readonly clock: Clock },
): Promise<Readonly<Partial<Record<Field, string>>>> {
  const url = { supabase_url: supabaseUrl(silo.slugs) };
  try {
    const masters = masterKeys();
    if (!masters) return url;
    const derived = credentialsOf(masters, silo, record);
    const { anonKey } = await (clock.whileRealWork?.(derived) ?? derived);
    return { ...url, supabase_anon_key: anonKey.reveal() };
  } catch (error) {
    // A key that is not this silo's is refused where it is needed; here it only knows nothing.
    if (error instanceof Refused) return url;
    throw error;
  }
}
