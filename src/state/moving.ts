/**
 * A move to another region: the silo is at home in one, its spec names another. Its machines there
 * stay as they are until the copy was verified; then one write on the new kong machine makes the other
 * region its home, and what is left is what any apply does.
 */

import type { ServiceName } from "#silo/names.ts";
import { keys, type PowerState, type SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import { currentVolume } from "./current-volume.ts";
import { type DesiredSilo, pendingDigest } from "./desire.ts";
import {
  currentMachine,
  type ObservedMachine,
  type ObservedService,
  type ObservedSilo,
  type ObservedVolume,
} from "./observed.ts";
import { isUp } from "./phase.ts";

export interface Moving {
  readonly from: string;
  readonly to: string;
  /** What the machines there carry when they are as the spec wants them. */
  readonly settled: DesiredSilo;
  /** What the machines are to be when all is done. */
  readonly power: PowerState;
  /** An earlier run has stopped and measured it, and nothing has written to it since. */
  readonly isContinued: boolean;
}

/** Where the spec names a region that Fly has retired, a silo stays in it until it is told to move. */
export const placedWhereItIs = (silo: Silo, { home }: Pick<ObservedSilo, "home">): Silo =>
  home !== undefined && home === silo.spec.devenv.fly_region ? { ...silo, region: home } : silo;

export const isToMove = (
  silo: Silo,
  { kind }: { readonly kind: string },
  observed: ObservedSilo,
): boolean => {
  const { home, record } = observed;
  const { region } = placedWhereItIs(silo, observed);
  return kind === "apply" && record !== undefined && home !== undefined && home !== region;
};

/** What the copy of a machine is to carry: not the wanted digest where it has to follow the spec yet. */
export const stagedDigest = (
  { settled }: Pick<Moving, "settled">,
  desired: DesiredSilo,
  name: ServiceName,
  source: ObservedMachine,
): string =>
  source.metadata[keys.specDigest] === settled[name].specDigest
    ? desired[name].specDigest
    : pendingDigest;

/** Volumes of the service that this move has made, as far as they were seen. */
export function forksOf(
  {
    name,
    region,
    since,
  }: { readonly name: string; readonly region: string; readonly since: number },
  volumes: readonly ObservedVolume[],
): readonly ObservedVolume[] {
  return volumes.filter(
    (volume) =>
      volume.name === name &&
      volume.region === region &&
      volume.keptUntil === undefined &&
      Date.parse(volume.createdAt) >= since * 1_000,
  );
}

export const stagedMachine = (
  { machines }: ObservedService,
  to: string,
): ObservedMachine | undefined => machines.find(({ region }) => region === to);

/** Whether all that an earlier run has made can be gone on with. */
export function isContinuation(
  silo: Silo,
  observed: ObservedSilo,
  record: SiloRecord,
  digests: (service: ServiceName, source: ObservedMachine) => string,
): boolean {
  const { move } = record;
  if (move?.to !== silo.region || move.isVoid || !move.proof) return false;
  const { proof } = move;
  return Object.values(observed.services).every((service) => {
    const source = currentMachine(service);
    if (!source) return true;
    const isWritten =
      currentVolume(silo, service) !== undefined &&
      (isUp(source) || (source.startedAt ?? 0) > (proof.at + 1) * 1_000);
    const staged = stagedMachine(service, move.to);
    const isStale =
      staged !== undefined && staged.metadata[keys.specDigest] !== digests(service.name, source);
    return !isWritten && !isStale;
  });
}
