/**
 * The switch: one write on the new kong machine gives it the record and makes its region the silo's
 * home. Before it, all is as it was; after it, the volumes that were left are kept for some days.
 */

import { keptMetadata } from "#silo/kept-volumes.ts";
import { keys } from "#silo/record.ts";
import { currentVolume } from "#state/current-volume.ts";
import type { Moving } from "#state/moving.ts";
import type { Situation } from "#state/situation.ts";
import type { FlyMetadata } from "#wire/fly.ts";
import { eachService, type StepRule, siloStep } from "./build-step.ts";
import type { StepWorld } from "./types.ts";

export const moveSwitchKind = "move-switch";

export const moveSwitch: StepRule = (situation, soFar) => {
  const { moving, silo, graceDays } = situation;
  if (!moving) return [];
  return [
    siloStep(situation, moveSwitchKind, {
      effect: "record",
      text: `Make ${moving.to} the home of ${silo.slug}; its volumes in ${moving.from} are kept ${graceDays} days`,
      after: soFar.filter(({ kind }) => kind !== "github-withdraw").map(({ key }) => key),
      // A GitHub that is down stops no move: the record goes on saying what is out.
      afterEnd: soFar.filter(({ kind }) => kind === "github-withdraw").map(({ key }) => key),
      run: (world) => makeHome(world, situation, moving),
    }),
  ];
};

/** Those of the machine itself, and those that end with the move. */
const ownKeys: readonly string[] = [
  keys.step,
  keys.specDigest,
  keys.secretsDigest,
  keys.move,
  keys.moveProof,
];

async function makeHome(
  { fly, facts, clock }: StepWorld,
  situation: Situation,
  { from, power }: Moving,
): Promise<void> {
  const { app } = situation.desired.kong;
  const [source, target] = [facts.machineIds.get("kong"), facts.stagedIds.get("kong")];
  const record = source && (await fly.getMachine(app, source))?.config?.metadata;
  if (!record || !target) throw new Error(`The two machines of ${app} are not both there`);
  const until = new Date(clock.now() + situation.graceDays * msPerDay).toISOString();
  const patch: FlyMetadata = {
    ...Object.fromEntries(Object.entries(record).filter(([key]) => !ownKeys.includes(key))),
    [keys.phase]: power === "running" ? "provisioning" : "stopping",
    [keys.movedFrom]: from,
    ...keptMetadata(leftVolumes(situation), until),
  };
  await fly.patchMetadata(app, target, { ...patch, [keys.staged]: null });
}

export const msPerDay = 86_400_000;

const leftVolumes = (situation: Situation): string[] =>
  eachService(situation).flatMap(({ seen }) => currentVolume(situation.silo, seen)?.id ?? []);
