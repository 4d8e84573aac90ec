/**
 * The record of a silo whose kong machine is gone, told from what its other machines still say. Either
 * the silo was destroyed and its data is kept for some days, or somebody removed that machine.
 */

import { type Identity, keys, readRecord, type SiloRecord } from "#silo/record.ts";
import type { ObservedMachine } from "./observed.ts";
import { isUp } from "./phase.ts";

export function recordWithoutKong(
  identity: Identity,
  machines: readonly ObservedMachine[],
): SiloRecord {
  const volumes = Object.fromEntries(
    machines.flatMap(({ metadata }) =>
      Object.entries(metadata).filter(([key]) => key.startsWith(keys.keptPrefix)),
    ),
  );
  const kept = machines.find(({ metadata }) => metadata[keys.destroyAfter] !== undefined);
  if (kept) {
    return readRecord(identity, {
      ...volumes,
      [keys.phase]: "destroying",
      [keys.power]: "stopped",
      [keys.powerBy]: "spec",
      [keys.powerReason]: `destroyed; its data is kept until ${kept.metadata[keys.destroyAfter]}`,
      // It is written when the guard has let the destruction begin.
      [keys.preventDestroy]: kept.metadata[keys.preventDestroy] ?? "true",
    });
  }
  // Somebody may have stopped it: what is down is not woken by making a machine again.
  return readRecord(identity, {
    ...volumes,
    [keys.phase]: "provisioning",
    [keys.power]: machines.some(isUp) ? "running" : "stopped",
    [keys.powerReason]: "as its other machines were when the kong machine was lost",
  });
}
