/**
 * A silo that was seen degraded says so, with since when and which services, before anything is
 * withdrawn or mended; its last step, `record-close`, takes that back.
 */

import { degradedEntry } from "#silo/degraded.ts";
import { keys } from "#silo/record.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { degradedNow, degradedOpenKind } from "./mending.ts";
import { patchRecord } from "./record-open.ts";

export const degradedOpen: StepRule = (situation) => {
  const { record, silo } = situation;
  const degraded = degradedNow(situation);
  if (!degraded || degraded.services.join() === record?.degraded?.services.join()) return [];
  return [
    siloStep(situation, degradedOpenKind, {
      effect: "record",
      text: `Record that ${silo.slug} is degraded: ${degraded.services.join(", ")}`,
      run: (world) => patchRecord(world, situation, { [keys.degraded]: degradedEntry(degraded) }),
    }),
  ];
};
