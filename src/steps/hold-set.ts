/** Holds, which keep a running silo awake: entries of its record, one for each holder. */

import { type Hold, holdKey, holdValue } from "#silo/holds.ts";
import { minuteText } from "#silo/instant.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { patchRecord } from "./record-open.ts";

/** Also forgets the holds that have ended. */
export const holdSet: StepRule = (situation) => {
  const { intent, record, silo, now } = situation;
  if (intent.kind !== "hold" && intent.kind !== "release") return [];
  const known = record?.holds ?? [];
  const ended = known.filter(({ until }) => until <= now);
  const released = intent.kind === "release" ? known.filter(isReleased(intent.by)) : [];
  const isNews = intent.kind === "hold" ? !known.some(isSame(intent.hold)) : released.length > 0;
  if (!isNews) return [];
  const gone = [...ended, ...released].map(({ by }) => [holdKey(by), null] as const);
  const patch = {
    ...Object.fromEntries(gone),
    ...(intent.kind === "hold" && { [holdKey(intent.hold.by)]: holdValue(intent.hold) }),
  };
  const text =
    intent.kind === "hold"
      ? `Hold ${silo.slug} awake until ${minuteText(intent.hold.until)} for ${intent.hold.by}`
      : `Release ${silo.slug} from the hold of ${released.map(({ by }) => by).join(", ")}`;
  return [
    siloStep(situation, "hold-set", {
      effect: "record",
      text,
      run: (world) => patchRecord(world, situation, patch),
    }),
  ];
};

const isReleased =
  (by: string | undefined) =>
  (hold: Hold): boolean =>
    by === undefined || hold.by === by;

const isSame = (wanted: Hold) => (hold: Hold) => holdValue(hold) === holdValue(wanted);
