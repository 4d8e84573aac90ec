/**
 * What stands on GitHub, as its lists show it: of a secret that it is there and when it was last
 * changed, of a variable its value. Enough to tell what a person changed or removed, without a value
 * of a secret and without any key.
 */

import type { HandedOut } from "#silo/handed-out.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { DeliveryPlace, DesiredDelivery } from "./delivery.ts";

export interface StandingPlace {
  /** Name → ISO 8601 of its last change. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * By label; `absent` is an environment that is not there, `ready` a place that was given nothing and
 * could be now. A place that is missing was not looked at, or still may be given nothing.
 */
export type Standing = ReadonlyMap<string, StandingPlace | "absent" | "ready">;

/** Names of what is not as it was handed out; none where nobody looked, or nothing was handed out. */
export function strayNames(
  place: DeliveryPlace,
  { forms }: DesiredDelivery,
  record: Pick<SiloRecord, "handed" | "previewUrl"> | undefined,
  standing: Standing | undefined,
): readonly string[] {
  const handed = record?.handed[place.id];
  const seen = standing?.get(place.label);
  if (!record || !handed || !seen || seen === "ready") return [];
  const { secrets, variables } = seen === "absent" ? nothing : seen;
  const wanted = { ...forms, silo_preview_url: record.previewUrl };
  return [
    ...place.secrets.filter(({ field, name }) =>
      wanted[field] === undefined ? secrets.has(name) : isTouched(secrets.get(name), handed),
    ),
    ...place.variables.filter(({ field, name }) => variables.get(name) !== wanted[field]),
  ].map(({ name }) => name);
}

const nothing: StandingPlace = { secrets: new Map(), variables: new Map() };

/** Removed, or changed by somebody since it was written. */
export function isTouched(changedAt: string | undefined, { provenAt }: HandedOut): boolean {
  return changedAt === undefined || secondsOf(changedAt) > provenAt;
}

export const secondsOf = (time: string): number => Math.floor(Date.parse(time) / 1_000);
