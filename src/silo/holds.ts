/** Holds and signs of use, as entries of the silo record. */

import { createHash } from "node:crypto";

type Metadata = Readonly<Record<string, string>>;

/** A promise that a silo stays awake for a time. */
export interface Hold {
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly reason: string;
}

/** A use that no metric shows. */
export interface LastUse {
  readonly at: number;
  readonly what: string;
  /** It had not ended when it was seen. */
  readonly isOpen?: true;
}

const holdPrefix = "silo_hold_";
export const lastUseKey = "silo_last_use";

/** One for each holder: a second one takes the place of the first. */
export function holdKey(by: string): string {
  return `${holdPrefix}${createHash("sha256").update(by).digest("hex").slice(0, 12)}`;
}

export const holdValue = ({ by, until, reason }: Hold): string =>
  JSON.stringify([new Date(until).toISOString(), by, reason]);

/** Soonest to end first; entries that nobody can read hold nothing. */
export function readHolds(metadata: Metadata): readonly Hold[] {
  return Object.entries(metadata)
    .filter(([key]) => key.startsWith(holdPrefix))
    .flatMap(([, value]) => readHold(value))
    .sort((a, b) => a.until - b.until);
}

function readHold(value: string): Hold[] {
  try {
    const [until, by, reason]: unknown[] = JSON.parse(value);
    const at = Date.parse(String(until));
    if (Number.isNaN(at) || typeof by !== "string") return [];
    return [{ until: at, by, reason: typeof reason === "string" ? reason : "" }];
  } catch {
    return [];
  }
}

/** As an interval: a time, and a slash while it goes on. */
export const lastUseValue = ({ at, what, isOpen }: LastUse): string =>
  `${new Date(at).toISOString()}${isOpen ? "/" : ""} ${what}`;

export function readLastUse(metadata: Metadata): LastUse | undefined {
  const [, time = "", open, what = ""] =
    /^(\S+Z)(\/?) (.+)$/.exec(metadata[lastUseKey] ?? "") ?? [];
  const at = Date.parse(time);
  return Number.isNaN(at) ? undefined : { at, what, ...(open === "/" && { isOpen: true }) };
}
