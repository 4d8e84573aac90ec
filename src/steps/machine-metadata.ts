/** What every machine of a silo carries, so that the world can be read without any file. */

import { type Identity, keys } from "#silo/record.ts";
import { ownMarks } from "#state/adoption-marks.ts";
import type { DesiredService } from "#state/desire.ts";
import type { FlyMachineConfig, FlyMetadata } from "#wire/fly.ts";
import type { StepWorld } from "./types.ts";

export function machineMetadata(
  world: StepWorld,
  siloId: string,
  wanted: DesiredService,
  identity: Identity,
): FlyMetadata {
  return {
    ...ownMarks({ managerId: world.managerId, siloId, service: wanted.name, identity }),
    [keys.specDigest]: wanted.specDigest,
    [keys.secretsDigest]: wanted.secretsDigest,
    ...(wanted.secretEnv !== undefined && { [keys.secretEnv]: wanted.secretEnv }),
    // Without these two, flyctl counts a machine as detached.
    fly_platform_version: "v2",
    fly_process_group: "app",
  };
}

/** Tells this create from every other, so that an ambiguous answer can be searched for. */
export const newStepId = (world: StepWorld): string =>
  Buffer.from(world.random.bytes(8)).toString("hex");

export function machineConfig(
  wanted: DesiredService,
  metadata: FlyMetadata,
  volumeId: string | undefined,
): FlyMachineConfig {
  const mounts =
    wanted.volume && volumeId ? [{ volume: volumeId, path: wanted.volume.path }] : undefined;
  return { ...wanted.machine, ...(mounts && { mounts }), metadata };
}
