/**
 * A use that no metric will show, kept in the silo record. One entry of its own, which a later use
 * overwrites: so it is written without the lock. That it cannot be written fails nothing.
 */

import { type LastUse, lastUseKey, lastUseValue } from "#silo/holds.ts";
import { appName } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { currentMachine, type ObservedSilo } from "#state/observed.ts";
import type { FlyWrites } from "#world/fly.ts";

/** A note that is little older says the same. */
const newsMs = 60_000;

export async function noteUse(
  fly: Pick<FlyWrites, "patchMetadata">,
  { slugs }: Silo,
  { services, record }: ObservedSilo,
  use: LastUse | undefined,
): Promise<void> {
  const kong = currentMachine(services.kong);
  if (!use || !kong || !record || (record.lastUse?.at ?? 0) + newsMs > use.at) return;
  try {
    await fly.patchMetadata(appName(slugs, "kong"), kong.id, { [lastUseKey]: lastUseValue(use) });
  } catch {
    // A token that only reads, or a passing trouble: the next use is noted again.
  }
}
