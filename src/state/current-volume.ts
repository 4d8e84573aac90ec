/** Which volume is a service's own: of the name and in the region that the silo makes it. */

import { services } from "#services/index.ts";
import type { Silo } from "#silo/silo.ts";
import { currentMachine, type ObservedService, type ObservedVolume } from "./observed.ts";

/** The volume the machine mounts; else the oldest that it could mount, a free one first. */
export function currentVolume(silo: Silo, service: ObservedService): ObservedVolume | undefined {
  const machine = currentMachine(service);
  const mounted = machine && service.volumes.find(({ attachedTo }) => attachedTo === machine.id);
  if (mounted) return mounted;
  const region = machine?.region ?? silo.region;
  const candidates = volumesOfName(silo, service).filter((volume) => volume.region === region);
  return candidates.find(({ attachedTo }) => attachedTo === undefined) ?? candidates[0];
}

/** Oldest first, in any region; without those that another one has taken over from. */
export function volumesOfName(silo: Silo, service: ObservedService): readonly ObservedVolume[] {
  const name = services[service.name].volume(silo)?.name;
  return service.volumes.filter((volume) => volume.name === name && volume.keptUntil === undefined);
}

const madeTogetherMs = 15 * 60_000;

/** So close to each other that one is a repeated create of the other. */
export const areMadeTogether = (a: ObservedVolume, b: ObservedVolume): boolean =>
  Math.abs(Date.parse(a.createdAt) - Date.parse(b.createdAt)) <= madeTogetherMs;
