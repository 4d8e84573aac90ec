/**
 * In which repository a silo may hand out. The record says so and not the spec: another one is a new
 * recipient, which an apply lets in when it was approved, after all was taken back from the one before.
 */

import { roles } from "#silo/access.ts";
import type { SiloSlugs } from "#silo/names.ts";
import type { SiloRecord } from "#silo/record.ts";
import { type DeliveryPlace, type DesiredDelivery, placeOf } from "./delivery.ts";

/** A record that does not say keeps to the repository that holds the silos. */
export const recipientOf = (
  { home }: Pick<DesiredDelivery, "home">,
  record: Pick<SiloRecord, "recipient"> | undefined,
): string => record?.recipient ?? home;

export const isRecipientNew = (
  delivery: DesiredDelivery,
  record: Pick<SiloRecord, "recipient"> | undefined,
): boolean => !isSameRepository(recipientOf(delivery, record), delivery.repository);

/** GitHub takes both spellings for one. */
const isSameRepository = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase();

/** Where something may stand that is to hand out nothing any more: in another repository or scope. */
export function formerDelivery(
  slugs: SiloSlugs,
  delivery: DesiredDelivery,
  record: SiloRecord | undefined,
): DesiredDelivery | undefined {
  if (record?.delivered === undefined) return undefined;
  const isMoved = isRecipientNew(delivery, record);
  const isWanted = ({ id }: DeliveryPlace) => delivery.places.some((place) => place.id === id);
  const places = everyPlace(slugs).filter((place) =>
    isMoved ? true : !isWanted(place) && record.handed[place.id] !== undefined,
  );
  if (places.length === 0) return undefined;
  return { ...delivery, repository: recipientOf(delivery, record), places };
}

/** What the record says has been handed out, for a run that knows no repository. */
export function unknownDelivery(
  slugs: SiloSlugs,
  record: SiloRecord | undefined,
): DesiredDelivery | undefined {
  if (record?.delivered === undefined) return undefined;
  const repository = record.recipient ?? "the repository of the silos";
  const all = everyPlace(slugs);
  const handed = all.filter(({ id }) => record.handed[id] !== undefined);
  return {
    repository,
    home: repository,
    places: handed.length > 0 ? handed : all,
    allowUnprotected: false,
    guardedPaths: [],
    isReachable: false,
    forms: {},
    digest: "",
  };
}

const everyPlace = (slugs: SiloSlugs): readonly DeliveryPlace[] =>
  [
    placeOf(slugs, "dev-worker", "repository"),
    ...roles.map((role) => placeOf(slugs, role, "environment")),
  ].filter(({ secrets, variables }) => secrets.length + variables.length > 0);
