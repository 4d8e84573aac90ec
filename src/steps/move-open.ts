/** The first step of a move: the record of the source says where to, before anything is touched. */

import { keys } from "#silo/record.ts";
import { moveText } from "#silo/takeover.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { patchRecord } from "./record-open.ts";

/** Clocks differ, and what an earlier try has made was removed. */
export const marginSeconds = 600;

export const moveOpen: StepRule = (situation, soFar) => {
  const { moving, silo } = situation;
  if (!moving || moving.isContinued) return [];
  return [
    siloStep(situation, "record-open", {
      effect: "record",
      text: `Record that ${silo.slug} moves from ${moving.from} to ${moving.to}`,
      changes: [{ field: "fly_region", from: moving.from, to: moving.to }],
      // Leftovers of an earlier move would be taken for those of this one.
      after: soFar.map(({ key }) => key),
      run: async (world) => {
        const since = Math.floor(world.clock.now() / 1_000) - marginSeconds;
        await patchRecord(world, situation, {
          [keys.phase]: "stopping",
          [keys.move]: moveText({ to: moving.to, since, isVoid: false }),
          [keys.moveProof]: null,
          [keys.movedFrom]: null,
        });
        world.facts.takeoverSince = since;
      },
    }),
  ];
};
