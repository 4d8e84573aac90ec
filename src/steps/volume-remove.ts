/** Volumes that another one has taken over from, when their days of grace are over. */

import { keptMetadata } from "#silo/kept-volumes.ts";
import { eachService, type StepRule, serviceStep } from "./build-step.ts";
import { patchRecord } from "./record-open.ts";

export const volumeRemove: StepRule = (situation) => {
  const { now, record } = situation;
  if (!record || record.phase !== undefined) return [];
  return eachService(situation).flatMap(({ wanted, seen }) =>
    seen.volumes
      .filter(
        ({ keptUntil, attachedTo }) =>
          keptUntil !== undefined && Date.parse(keptUntil) <= now && attachedTo === undefined,
      )
      .map((volume) =>
        serviceStep(situation, wanted.name, `volume-remove-${volume.id}`, {
          effect: "destroy",
          text: `Delete volume ${volume.id} of ${wanted.app} in ${volume.region}, not in use since it was kept until ${volume.keptUntil?.slice(0, 10)}`,
          run: async (world) => {
            await world.fly.deleteVolume(wanted.app, volume.id);
            await patchRecord(world, situation, keptMetadata([volume.id], null));
          },
        }),
      ),
  );
};
