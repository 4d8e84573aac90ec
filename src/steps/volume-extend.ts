/** Volumes grow only; a smaller one is refused by a guard. */

import { keys } from "#silo/record.ts";
import { currentVolume } from "#state/current-volume.ts";
import type { DesiredService } from "#state/desire.ts";
import { currentMachine, type ObservedService } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import { eachService, type StepRule, serviceStep } from "./build-step.ts";

export const volumeExtend: StepRule = (situation) =>
  eachService(situation).flatMap(({ wanted, seen }) => {
    const volume = currentVolume(situation.silo, seen);
    const sizeGb = wanted.volume?.sizeGb;
    if (!wanted.enabled || !volume || sizeGb === undefined || volume.sizeGb >= sizeGb) return [];
    return serviceStep(situation, wanted.name, "volume-extend", {
      effect: "update",
      text: `Grow volume ${volume.name} of ${wanted.app}`,
      changes: [{ field: "volume_gb", from: String(volume.sizeGb), to: String(sizeGb) }],
      run: async ({ fly, note }) => {
        const { needsRestart } = await fly.extendVolume(wanted.app, volume.id, sizeGb);
        if (!needsRestart || !runsOn(situation, wanted, seen)) return;
        const { slug } = situation.silo;
        note(
          `The volume of ${wanted.app} has grown; restart it to use the new size: silo restart ${slug}`,
        );
      },
    });
  });

/** Neither restarted by an update in the same plan nor stopped by it. */
function runsOn({ power }: Situation, wanted: DesiredService, seen: ObservedService): boolean {
  const machine = currentMachine(seen);
  return (
    power.state === "running" &&
    machine?.state === "started" &&
    machine.metadata[keys.specDigest] === wanted.specDigest
  );
}
