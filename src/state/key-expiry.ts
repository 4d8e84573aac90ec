/** The keys of a generation end at a day that its record names: said in time to rotate them. */

import type { SiloRecord } from "#silo/record.ts";

const warnDays = 30;
const secondsPerDay = 86_400;

/** One line or none. */
export function keyExpiryNotes(
  slug: string,
  record: SiloRecord | undefined,
  now: number,
): readonly string[] {
  const expiresAt = record?.generations.at(-1)?.expiresAt;
  if (expiresAt === undefined) return [];
  const secondsLeft = expiresAt - now / 1_000;
  if (secondsLeft > warnDays * secondsPerDay) return [];
  const days = Math.ceil(secondsLeft / secondsPerDay);
  const day = new Date(expiresAt * 1_000).toISOString().slice(0, 10);
  const when =
    secondsLeft <= 0
      ? `expired on ${day}: every request with them is refused`
      : `expire on ${day}, in ${days} day${days === 1 ? "" : "s"}`;
  return [`${slug}: its keys ${when}; \`silo rotate ${slug}\` makes new ones`];
}
