/**
 * Where a silo is: the region of its kong machine, which carries the record. While it is being moved
 * there are two; the one that is made is `staged` until the switch, which is one write on it.
 */

import type { ServiceName } from "#silo/names.ts";
import { keys, type SiloRecord } from "#silo/record.ts";
import type { ObservedMachine, ObservedSilo } from "./observed.ts";

type Read = readonly {
  readonly name: ServiceName;
  readonly machines: readonly ObservedMachine[];
}[];

/** `undefined` where there is no machine, or nothing tells. */
export function homeOf(read: Read): string | undefined {
  const kongs = read.find(({ name }) => name === "kong")?.machines ?? [];
  const settled = kongs.filter(({ metadata }) => !(keys.staged in metadata));
  const left = new Set(settled.flatMap(({ metadata }) => metadata[keys.movedFrom] ?? []));
  const [kong] = settled.filter(({ region }) => !left.has(region));
  if (kong) return kong.region;
  // A source whose kong machine was lost: what was staged knows where it is.
  const [staged] = kongs.flatMap(({ metadata }) => metadata[keys.staged] ?? []);
  if (staged !== undefined) return staged;
  const regions = new Set(read.flatMap(({ machines }) => machines.map(({ region }) => region)));
  const [only, ...others] = regions;
  return others.length === 0 ? only : undefined;
}

/** Of a machine that is not at home because of a move: one that was made, or left. */
export const isAway = (
  { home }: Pick<ObservedSilo, "home">,
  record: SiloRecord | undefined,
  { region }: Pick<ObservedMachine, "region">,
): boolean =>
  home !== undefined &&
  region !== home &&
  (region === record?.move?.to || region === record?.movedFrom);
