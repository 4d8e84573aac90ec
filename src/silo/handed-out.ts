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

/** One entry a place, so that the record stays small whatever a place holds. */
export function handedMetadata(
  place: string,
  handed: HandedOut | undefined,
): Record<string, string | null> {
  const { generation, provenAt, fingerprint } = handed ?? {};
  const value = handed ? `${generation}:${provenAt}:${fingerprint}` : null;
  return { [`${prefix}${place.replaceAll("-", "_")}`]: value };
}

/** An entry that was tampered with says nothing: what it spoke of is then given anew. */
export function readHanded(
  metadata: Readonly<Record<string, string>>,
): Readonly<Record<string, HandedOut>> {
  const entries = Object.entries(metadata).flatMap(([key, value]) => {
    const [, generation, provenAt, fingerprint = ""] =
      value.match(/^(\d{1,9}):(\d{1,12}):([0-9a-f]{32})$/) ?? [];
    if (!key.startsWith(prefix) || !fingerprint) return [];
    const place = key.slice(prefix.length).replaceAll("_", "-");
    const handed = { generation: Number(generation), provenAt: Number(provenAt), fingerprint };
    return [[place, handed] as const];
  });
  return Object.fromEntries(entries);
}
