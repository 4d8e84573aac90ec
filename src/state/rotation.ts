/**
 * Rotation is one more generation, appended to the record; everything follows it by the rules that
 * any change is followed by. One that is not finished is continued: no second one is appended, unless
 * it comes from a master key that the silo is to leave.
 */

import type { Generation } from "#silo/derive.ts";
import type { SiloRecord } from "#silo/record.ts";

/** The reason that asks for more than new keys: whoever is signed in is signed out. */
export const leakedReason = "leaked";

export interface RotationWish {
  /** `database`: the keys that frontends have stay, with the master key they come from. */
  readonly scope: "all" | "database";
  readonly reason: string;
  /** Of the new generation, in seconds since the epoch; fixed by the wish, not by its runs. */
  readonly issuedAt: number;
  readonly lifetimeSeconds: number;
  /** Of the master key that it comes from. */
  readonly keyId: string;
}

export type RotateIntent =
  | (RotationWish & { readonly kind: "rotate" })
  | (RotationWish & {
      /** For silos whose keys come from another master key, stopped ones too; the rest is left alone. */
      readonly kind: "rotate-master";
      /** That other key is gone, so nothing can be asked of it. */
      readonly isLost: boolean;
    });

type AnyIntent = RotateIntent | { readonly kind: string; readonly rotation?: RotationWish };

/** The record as it is to be when what was asked for is done. */
export function recordUnder(
  intent: AnyIntent,
  record: SiloRecord | undefined,
): SiloRecord | undefined {
  const newest = record?.generations.at(-1);
  const wish = wishOf(intent);
  if (!wish || !record || !newest) return record;
  const isOfThatKey = newest.keyId === wish.keyId;
  const { rotation } = record;
  const isLeaked = [wish.reason, rotation?.reason].includes(leakedReason);
  if (rotation && (isOfThatKey || intent.kind !== "rotate-master")) {
    return {
      ...record,
      rotation: { ...rotation, reason: isLeaked ? leakedReason : rotation.reason },
    };
  }
  if (isOfThatKey && intent.kind === "rotate-master") return record;
  const next = nextGeneration(newest, wish);
  return {
    ...record,
    generations: [...record.generations, next],
    rotation: { to: next.number, reason: isLeaked ? leakedReason : wish.reason },
    // It says which key the newest generation comes from.
    check: next.keyId === newest.keyId ? record.check : undefined,
  };
}

const isRotate = (intent: AnyIntent): intent is RotateIntent =>
  intent.kind === "rotate" || intent.kind === "rotate-master";

/** A rotation is asked for by itself, or along with a restart. */
export const wishOf = (intent: AnyIntent): RotationWish | undefined =>
  isRotate(intent) ? intent : intent.rotation;

export const isForLostKey = (intent: AnyIntent): boolean =>
  isRotate(intent) && intent.kind === "rotate-master" && intent.isLost;

/** Of a record as it is to be: no key of the silo comes from another master key. */
export const isLeftAlone = ({ kind }: AnyIntent, record: SiloRecord | undefined): boolean =>
  kind === "rotate-master" && record?.rotation === undefined;

/**
 * Whether everything is made as the spec says, and not only started or stopped. A start also ends a
 * rotation that a stop came between; a restart without one of its own is refused then.
 */
export const isConverging = (intent: AnyIntent, record: SiloRecord | undefined): boolean =>
  intent.kind === "apply" ||
  intent.kind === "restore" ||
  wishOf(intent) !== undefined ||
  (intent.kind === "start" && record?.rotation !== undefined);

function nextGeneration(newest: Generation, wish: RotationWish): Generation {
  const number = newest.number + 1;
  if (wish.scope === "database") {
    return { ...newest, number, signedAs: newest.signedAs ?? newest.number };
  }
  const issuedAt = Math.max(wish.issuedAt, newest.issuedAt + 1);
  return {
    number,
    issuedAt,
    expiresAt: issuedAt + wish.lifetimeSeconds,
    keyId: wish.keyId,
  };
}
