/**
 * A use that no metric will show, kept in the silo record. One entry of its own, which a later use
 * overwrites: so it is written without the lock.
 */

import { type LastUse, lastUseKey, lastUseValue } from "#silo/holds.ts";
import { appName } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { currentMachine, type ObservedSilo } from "#state/observed.ts";
import type { FlyWrites } from "#world/fly.ts";

/** A note that is little older says the same. */
export const newsMs = 60_000;

export type UseMarks = Pick<FlyWrites, "patchMetadata">;

export async function writeUse(
  fly: UseMarks,
  { slugs }: Silo,
  { services, record }: ObservedSilo,
  use: LastUse,
): Promise<void> {
  const kong = currentMachine(services.kong);
  if (!kong || !record || (record.lastUse?.at ?? 0) + newsMs > use.at) return;
  await fly.patchMetadata(appName(slugs, "kong"), kong.id, { [lastUseKey]: lastUseValue(use) });
}

/** That it cannot be written fails nothing. */
export async function noteUse(
  fly: UseMarks,
  silo: Silo,
  observed: ObservedSilo,
  use: LastUse | undefined,
): Promise<void> {
  if (!use) return;
  // A token that only reads, or a passing trouble: the next use is noted again.
  await writeUse(fly, silo, observed, use).catch(() => undefined);
}
