/** A volume made from the snapshot, beside the one in use; of that one a snapshot is taken first. */

import { keptMetadata } from "#silo/kept-volumes.ts";
import { keys } from "#silo/record.ts";
import { restorationText } from "#silo/takeover.ts";
import { currentVolume } from "#state/current-volume.ts";
import { currentMachine } from "#state/observed.ts";
import { type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { deleteOne } from "./machine-retire.ts";
import { msPerDay } from "./move-switch.ts";
import { patchRecord } from "./record-open.ts";
import { snapshotBefore } from "./snapshot-create.ts";
import { ensureTakeover } from "./volume-fork.ts";

const restoreSwitchKind = "restore-switch";
export const machineRemountKind = "machine-remount";
const timeoutMs = 3_600_000;

export const volumeRestore: StepRule = (situation) => {
  const { restoring, silo, desired, observed, graceDays } = situation;
  if (!restoring?.snapshot) return [];
  const { snapshot, service } = restoring;
  const wanted = desired[service];
  const volume = currentVolume(silo, observed.services[service]);
  if (!volume) return [];
  const before = snapshotBefore(situation, {
    wanted,
    volume,
    text: `Take a snapshot of volume ${volume.name} of ${wanted.app} as it is`,
  });
  const key = (kind: string) => serviceKey(silo.slug, service, kind);
  return [
    before,
    serviceStep(situation, service, "volume-restore", {
      effect: "create",
      text: `Make a volume ${volume.name} of ${wanted.app} from snapshot ${snapshot}`,
      after: [`${silo.slug}/record-open`, key("machine-stop"), before.key],
      timeoutMs,
      run: (world) =>
        ensureTakeover(world, wanted, {
          volume,
          region: volume.region,
          from: { snapshot_id: snapshot },
        }),
    }),
    serviceStep(situation, service, restoreSwitchKind, {
      effect: "destroy",
      text: `REPLACE THE DATA of ${wanted.app} by that of ${snapshot}; volume ${volume.id} with what it holds now is kept ${graceDays} days`,
      after: [key("volume-restore"), `${silo.slug}/github-unmark`],
      run: (world) => {
        const until = new Date(world.clock.now() + graceDays * msPerDay).toISOString();
        const since = world.facts.takeoverSince ?? 0;
        return patchRecord(world, situation, {
          [keys.restore]: restorationText({ snapshot, service, since, isSwitched: true }),
          ...keptMetadata([volume.id], until),
        });
      },
    }),
  ];
};

/** The machine on the volume that was taken over from: it is made again on the other one. */
export const machineRemount: StepRule = (situation) => {
  const { restoring, silo, desired, observed } = situation;
  const service = restoring?.service;
  const machine = service && currentMachine(observed.services[service]);
  if (!machine) return [];
  const { app } = desired[service];
  const key = (kind: string) => serviceKey(silo.slug, service, kind);
  return [
    serviceStep(situation, service, machineRemountKind, {
      effect: "destroy",
      text: `Remove machine ${machine.name} of ${app}, to make it again on the restored volume`,
      after: [`${silo.slug}/record-open`, key("machine-stop"), key(restoreSwitchKind)],
      run: (world) => deleteOne(world, app, machine.id),
    }),
  ];
};

/** A volume made for a restore that was given up, or begun from another snapshot. */
export const restoreDiscard: StepRule = (situation) => {
  const { record, silo, observed, desired, restoring } = situation;
  const restore = record?.restore;
  if (!restore || restore.isSwitched || restore.snapshot === restoring?.snapshot) return [];
  return Object.values(observed.services)
    .filter(({ name }) => name === restore.service)
    .flatMap((seen) => {
      const current = currentVolume(silo, seen);
      return seen.volumes
        .filter(
          (volume) =>
            current !== undefined &&
            current.attachedTo !== undefined &&
            volume.id !== current.id &&
            volume.name === current.name &&
            volume.region === current.region &&
            volume.attachedTo === undefined &&
            volume.keptUntil === undefined &&
            Date.parse(volume.createdAt) >= restore.since * 1_000,
        )
        .map((volume) =>
          serviceStep(situation, seen.name, `restored-discard-${volume.id}`, {
            effect: "destroy",
            text: `Delete volume ${volume.id} of ${desired[seen.name].app}, made from ${restore.snapshot} and never used`,
            run: ({ fly }) => fly.deleteVolume(desired[seen.name].app, volume.id),
          }),
        );
    });
};
