/**
 * The machines in the region that a silo moves to: made beside those it leaves, not launched, with all
 * that those carry. That of kong is marked as staged until the switch, so that no run takes it for the
 * one with the record.
 */

import { Refused } from "#silo/errors.ts";
import { keys } from "#silo/record.ts";
import { type DesiredService, pendingDigest } from "#state/desire.ts";
import { type Moving, stagedDigest, stagedMachine } from "#state/moving.ts";
import { currentMachine, type ObservedMachine } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import type { FlyMetadata } from "#wire/fly.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { ensureMachine } from "./machine-create.ts";
import { machineMetadata } from "./machine-metadata.ts";
import type { StepWorld } from "./types.ts";

export const machineStage: StepRule = (situation) => {
  const { moving, silo } = situation;
  if (!moving) return [];
  return eachService(situation).flatMap(({ wanted, seen }) => {
    const source = currentMachine(seen);
    const isMade = moving.isContinued && stagedMachine(seen, moving.to);
    if (!wanted.enabled || !source || isMade) return [];
    const { guest, image } = wanted.machine;
    return serviceStep(situation, wanted.name, "machine-stage", {
      effect: "create",
      text: `Create machine ${wanted.machineName}, ${guest.cpu_kind} ${guest.cpus}x ${guest.memory_mb} MB, ${image}`,
      after: [
        `${silo.slug}/record-open`,
        serviceKey(silo.slug, wanted.name, "volume-fork"),
        // A region that has no room for the data is not to cost machines.
        serviceKey(silo.slug, "postgres", "volume-fork"),
      ],
      run: (world) => stage(world, situation, { moving, wanted, source }),
    });
  });
};

async function stage(
  world: StepWorld,
  { desired, silo }: Situation,
  how: {
    readonly moving: Moving;
    readonly wanted: DesiredService;
    readonly source: ObservedMachine;
  },
): Promise<void> {
  const { moving, wanted, source } = how;
  const { identity, volumeIds, stagedIds } = world.facts;
  if (!identity) throw new Error("A machine is made only once the silo's record exists");
  const digest = stagedDigest(moving, desired, wanted.name, source);
  const metadata: FlyMetadata = {
    // The record moves with the switch, as it is then.
    ...(wanted.name === "kong" ? { [keys.staged]: moving.from } : source.metadata),
    ...machineMetadata(world, silo.spec.silo_id, wanted, identity),
    [keys.specDigest]: digest,
    // The secrets are the app's, and as they were.
    [keys.secretsDigest]: source.metadata[keys.secretsDigest] ?? pendingDigest,
  };
  const volumeId = wanted.volume && volumeIds.get(wanted.name);
  const machine = await ensureMachine(world, wanted, metadata, { volumeId });
  const mounted = machine.config?.mounts?.[0]?.volume;
  if (machine.config?.metadata?.[keys.specDigest] !== digest || mounted !== volumeId) {
    throw new Refused(`The machine ${wanted.machineName} was made by another run meanwhile`, {
      exitCode: 4,
      fix: "run the same command again; it continues from what is there",
    });
  }
  stagedIds.set(wanted.name, machine.id);
}
