/**
 * A silo with an end. It is told some days before; after it the silo is stopped, its data gets a last
 * snapshot, and its removal is proposed. Only people remove it.
 */

import { parseInstant } from "#silo/instant.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";

const msPerDay = 86_400_000;

/** Milliseconds since the epoch. */
export function expiryOf({ spec }: Silo): number | undefined {
  const text = spec.devenv.expires_at;
  return text === undefined ? undefined : parseInstant(text);
}

export const isExpired = (silo: Silo, now: number): boolean =>
  (expiryOf(silo) ?? Number.POSITIVE_INFINITY) <= now;

/** Stopped for that very end, with a snapshot. */
export const isSetAside = ({ spec }: Silo, record: SiloRecord | undefined): boolean =>
  record?.expired !== undefined && record.expired === spec.devenv.expires_at;

/** The way out of every refusal. */
export const howToKeep = ({ spec, file }: Silo): string =>
  `set a later time in the line \`expires_at: ${spec.devenv.expires_at}\` of ${file}`;

/** One line in the last days before, and none after: whoever reads the spec is told. */
export function expiryNotes(silo: Silo, warnDays: number, now: number): readonly string[] {
  const end = expiryOf(silo);
  if (end === undefined || end <= now || end - now > warnDays * msPerDay) return [];
  const { slug, spec } = silo;
  const days = Math.ceil((end - now) / msPerDay);
  const left = days === 1 ? "within a day" : `in ${days} days`;
  return [
    `${slug}: expires on ${spec.devenv.expires_at}, ${left}: it is stopped then, and its removal proposed; to keep it, ${howToKeep(silo)}`,
  ];
}
