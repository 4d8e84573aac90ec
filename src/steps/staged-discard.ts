/**
 * What a move has made that did not come to its switch: its source is whole, and in use or about to
 * be, so the copies are worth nothing.
 */

import { isAway } from "#state/home.ts";
import { forksOf } from "#state/moving.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { deleteOne } from "./machine-retire.ts";

export const stagedDiscard: StepRule = (situation) => {
  const { moving, record, observed } = situation;
  const move = record?.move;
  if (!move || moving?.isContinued) return [];
  return eachService(situation).flatMap(({ wanted, seen }) => {
    const staged = seen.machines.filter(
      (machine) => machine.region === move.to && isAway(observed, record, machine),
    );
    const { name = "" } = wanted.volume ?? {};
    const forks = forksOf({ name, region: move.to, since: move.since }, seen.volumes);
    const key = serviceKey(situation.silo.slug, wanted.name, "staged-discard");
    return [
      ...staged.map((machine) =>
        serviceStep(situation, wanted.name, "staged-discard", {
          effect: "destroy",
          text: `Remove machine ${machine.name} of ${wanted.app}, which was made for the move to ${move.to}`,
          run: (world) => deleteOne(world, wanted.app, machine.id),
        }),
      ),
      ...forks.map((volume) =>
        serviceStep(situation, wanted.name, `fork-discard-${volume.id}`, {
          effect: "destroy",
          text: `Delete volume ${volume.id} of ${wanted.app}, a copy made for the move to ${move.to}`,
          after: [key],
          run: ({ fly }) => fly.deleteVolume(wanted.app, volume.id),
        }),
      ),
    ];
  });
};
