/** The first step of a restore: the record says from what, before anything is touched. */

import { keys } from "#silo/record.ts";
import { restorationText } from "#silo/takeover.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { marginSeconds } from "./move-open.ts";
import { patchRecord } from "./record-open.ts";

export const restoreOpen: StepRule = (situation, soFar) => {
  const { restoring, silo, record } = situation;
  if (!restoring) return [];
  const { snapshot, service } = restoring;
  const known = record?.restore?.snapshot === snapshot ? record?.restore : undefined;
  return [
    siloStep(situation, "record-open", {
      effect: "record",
      text: snapshot
        ? `Record that ${silo.slug} is restored from ${snapshot}`
        : `Record that ${silo.slug} is stopping`,
      // What was made for another one would be taken for that of this one.
      after: soFar.map(({ key }) => key),
      run: async (world) => {
        const now = Math.floor(world.clock.now() / 1_000) - marginSeconds;
        const since = known?.since ?? now;
        await patchRecord(world, situation, {
          [keys.phase]: "stopping",
          ...(snapshot && {
            [keys.restore]: restorationText({ snapshot, service, since, isSwitched: false }),
          }),
        });
        world.facts.takeoverSince = since;
      },
    }),
  ];
};
