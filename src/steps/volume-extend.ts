/** Volumes grow only; a smaller one is refused by a guard. */

import { currentVolume } from "#state/observed.ts";
import { eachService, type StepRule, serviceStep } from "./build-step.ts";

export const volumeExtend: StepRule = (situation) =>
  eachService(situation).flatMap(({ wanted, seen }) => {
    const volume = currentVolume(seen);
    const sizeGb = wanted.volume?.sizeGb;
    if (!wanted.enabled || !volume || sizeGb === undefined || volume.sizeGb >= sizeGb) return [];
    return serviceStep(situation, wanted.name, "volume-extend", {
      effect: "update",
      text: `Grow volume ${volume.name} of ${wanted.app}`,
      changes: [{ field: "volume_gb", from: String(volume.sizeGb), to: String(sizeGb) }],
      run: async ({ fly }) => {
        await fly.extendVolume(wanted.app, volume.id, sizeGb);
      },
    });
  });
