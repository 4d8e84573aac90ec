/** A silo that expired is stopped, its data has a snapshot: the record says so, once. */

import { keys } from "#silo/record.ts";
import { isSetAside } from "#state/expiry.ts";
import type { Situation } from "#state/situation.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { patchRecord } from "./record-open.ts";

export const isSettingAside = ({ intent, silo, record }: Situation): boolean =>
  intent.kind === "stop" && intent.by === "expiry" && !isSetAside(silo, record);

export const expiryClose: StepRule = (situation, soFar) => {
  const { silo } = situation;
  const { expires_at } = silo.spec.devenv;
  if (!isSettingAside(situation) || expires_at === undefined) return [];
  return [
    siloStep(situation, "expiry-close", {
      effect: "record",
      text: `Record that ${silo.slug}, which expired on ${expires_at}, has a last snapshot`,
      after: soFar.map(({ key }) => key),
      run: (world) => patchRecord(world, situation, { [keys.expired]: expires_at }),
    }),
  ];
};
