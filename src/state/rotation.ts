/**
 * Rotation is one more generation, appended to the record; everything follows it by the rules that
 * any change is followed by. One that is not finished is continued: no second one is appended.
 */

import type { Generation } from "#silo/derive.ts";
import type { SiloRecord } from "#silo/record.ts";

/** The reason that asks for more than new keys: whoever is signed in is signed out. */
export const leakedReason = "leaked";

export interface RotateIntent {
  readonly kind: "rotate";
  readonly reason: string;
  /** Of the new generation, in seconds since the epoch; fixed by the wish, not by its runs. */
  readonly issuedAt: number;
  readonly lifetimeSeconds: number;
}

/** The record as it is to be when what was asked for is done. */
export function recordUnder(
  intent: RotateIntent | { readonly kind: string },
  record: SiloRecord | undefined,
): SiloRecord | undefined {
  const newest = record?.generations.at(-1);
  if (!isRotate(intent) || !record || !newest) return record;
  if (record.rotation) {
    const isLeaked = [intent.reason, record.rotation.reason].includes(leakedReason);
    const reason = isLeaked ? leakedReason : record.rotation.reason;
    return { ...record, rotation: { ...record.rotation, reason } };
  }
  const next = nextGeneration(newest, intent);
  return {
    ...record,
    generations: [...record.generations, next],
    rotation: { to: next.number, reason: intent.reason },
  };
}

const isRotate = (intent: { readonly kind: string }): intent is RotateIntent =>
  intent.kind === "rotate";

/**
 * Whether everything is made as the spec says, and not only started or stopped. A start also ends a
 * rotation that a stop came between; a restart is refused then.
 */
export const isConverging = (
  { kind }: { readonly kind: string },
  record: SiloRecord | undefined,
): boolean =>
  kind === "apply" || kind === "rotate" || (kind === "start" && record?.rotation !== undefined);

/** Derived from the same master key, which is checked before anything is written. */
function nextGeneration(newest: Generation, wish: RotateIntent): Generation {
  const issuedAt = Math.max(wish.issuedAt, newest.issuedAt + 1);
  return {
    number: newest.number + 1,
    issuedAt,
    expiresAt: issuedAt + wish.lifetimeSeconds,
    keyId: newest.keyId,
  };
}
