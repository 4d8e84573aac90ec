/** The part of the silo record that says what places outside Fly were last given. */

const prefix = "silo_handed_";

/** What a place outside Fly was last given; never a value. */
export interface HandedOut {
  readonly generation: number;
  /** Seconds since the epoch, by the clock of that place: its newest change when it was looked at after the write. */
  readonly provenAt: number;
  /** 32 hex characters. */
  readonly fingerprint: string;
}

/** Why a place was given nothing while all others were: what has to be looked at until it is. */
export type Withheld = (typeof withheldReasons)[number];

const withheldReasons = ["unguarded", "no-environments"] as const;

/** One entry a place, so that the record stays small whatever a place holds. */
export const handedMetadata = (
  place: string,
  handed: HandedOut | Withheld | undefined,
): Record<string, string | null> => ({
  [`${prefix}${place.replaceAll("-", "_")}`]: handedText(handed),
});

const placeOf = (key: string): string => key.slice(prefix.length).replaceAll("_", "-");

function handedText(handed: HandedOut | Withheld | undefined): string | null {
  if (handed === undefined) return null;
  if (typeof handed === "string") return handed;
  return `${handed.generation}:${handed.provenAt}:${handed.fingerprint}`;
}

/** An entry that was tampered with says nothing: what it spoke of is then given anew. */
export function readHanded(
  metadata: Readonly<Record<string, string>>,
): Readonly<Record<string, HandedOut>> {
  const entries = Object.entries(metadata).flatMap(([key, value]) => {
    const [, generation, provenAt, fingerprint = ""] =
      value.match(/^(\d{1,9}):(\d{1,12}):([0-9a-f]{32})$/) ?? [];
    if (!key.startsWith(prefix) || !fingerprint) return [];
    const handed = { generation: Number(generation), provenAt: Number(provenAt), fingerprint };
    return [[placeOf(key), handed] as const];
  });
  return Object.fromEntries(entries);
}

export function readWithheld(
  metadata: Readonly<Record<string, string>>,
): Readonly<Record<string, Withheld>> {
  const entries = Object.entries(metadata).flatMap(([key, value]) => {
    const reason = withheldReasons.find((one) => one === value);
    return key.startsWith(prefix) && reason ? [[placeOf(key), reason] as const] : [];
  });
  return Object.fromEntries(entries);
}
