/** The copy is started, its database counted again: only what is equal to its source is switched to. */

import { keys } from "#silo/record.ts";
import { moveText } from "#silo/takeover.ts";
import { type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { proveData } from "./data-proof.ts";
import { startOne } from "./machine-start.ts";
import { moveMeasureKey } from "./move-measure.ts";
import { patchRecord } from "./record-open.ts";
import { untilState } from "./settle.ts";

const kind = "move-verify";
const timeoutMs = 1_200_000;
const startTimeoutMs = 300_000;

export const moveVerify: StepRule = (situation) => {
  const { moving, silo, desired } = situation;
  if (!moving) return [];
  const { app } = desired.postgres;
  return [
    serviceStep(situation, "postgres", kind, {
      effect: "wait",
      text: `Start ${app} in ${moving.to} and compare what it holds with its source`,
      after: [serviceKey(silo.slug, "postgres", "machine-stage"), moveMeasureKey(silo.slug)],
      timeoutMs,
      run: async (world) => {
        const id = world.facts.stagedIds.get("postgres");
        const { proof } = world.facts;
        if (!id || !proof)
          throw new Error(`No copy of ${app}, or no count of its source, is known`);
        await startOne(world, { app, id, isBusy: true });
        await untilState(world, "started", { app, id, timeoutMs: startTimeoutMs });
        const copy = await proveData(world, { app, machine: id });
        if (copy.digest === proof.digest) return;
        // The next run begins again: the source may have been written to until it stopped.
        const since = world.facts.takeoverSince ?? 0;
        await patchRecord(world, situation, {
          [keys.move]: moveText({ to: moving.to, since, isVoid: true }),
        });
        throw new Error(
          `the copy in ${moving.to} does not hold what its source in ${moving.from} held (${copy.summary}, not ${proof.summary}); nothing was switched, and the next apply copies again`,
        );
      },
    }),
  ];
};
