/** The last step of every transition: the phase is cleared, and when it happened is kept. */

import { awakePatch } from "#silo/awake.ts";
import { keys } from "#silo/record.ts";
import type { Situation } from "#state/situation.ts";
import { awakeDays } from "#state/spending.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { isMending, unmended } from "./mending.ts";
import { migrationsKey } from "./migrations-apply.ts";
import { patchRecord } from "./record-open.ts";
import type { StepWorld } from "./types.ts";

export const recordClose: StepRule = (situation, soFar) => {
  const { record, power, silo } = situation;
  const isMended = unmended(situation, soFar).length === 0;
  const isTransition =
    (isMended && (record?.degraded !== undefined || isMending(situation))) ||
    record?.phase !== undefined ||
    isRotated(situation) ||
    isMoveOver(situation) ||
    isRestoreOver(situation) ||
    soFar.some(({ kind }) => ["machine-create", "machine-start", "machine-stop"].includes(kind));
  if (!isTransition) return [];
  return [
    siloStep(situation, "record-close", {
      effect: "record",
      text: `Record that ${silo.slug} is ${isMended ? power.state : "degraded still"}`,
      after: soFar.map(({ key }) => key).filter((key) => key !== migrationsKey(silo.slug)),
      // The silo runs without what a migration failed to give it.
      afterEnd: [migrationsKey(silo.slug)],
      run: (world) => close(world, situation, isMended),
    }),
  ];
};

/** A stopped silo has not followed yet: its database is only given its passwords when it runs. */
const isRotated = ({ record, power }: Situation): boolean =>
  record?.rotation !== undefined && power.state === "running";

/** Nothing is left of it where the silo is not: of the copies, or of what they were made from. */
const isMoveOver = ({ record, intent }: Situation): boolean =>
  intent.kind === "apply" && (record?.move ?? record?.movedFrom) !== undefined;

/** Given up, or done: of a database only when it has run, with the passwords that are in force. */
function isRestoreOver({ record, intent, power }: Situation): boolean {
  const { restore } = record ?? {};
  if (!restore) return false;
  if (!restore.isSwitched) return intent.kind === "apply";
  return power.state === "running" || restore.service !== "postgres";
}

async function close(world: StepWorld, situation: Situation, isMended: boolean): Promise<void> {
  const { record, power } = situation;
  const now = world.clock.now();
  const at = new Date(now).toISOString();
  // To mend a part of it is no start of the silo.
  const startedAtMs = isMending(situation) ? undefined : world.facts.startedAtMs;
  const isUp = power.state === "running";
  await patchRecord(world, situation, {
    [keys.phase]: null,
    ...(isMended && { [keys.degraded]: null }),
    ...(isRotated(situation) && { [keys.rotation]: null, [keys.rotationReason]: null }),
    ...(isUp && record?.expired !== undefined && { [keys.expired]: null }),
    ...(isMoveOver(situation) && {
      [keys.move]: null,
      [keys.moveProof]: null,
      [keys.movedFrom]: null,
    }),
    ...(isRestoreOver(situation) && { [keys.restore]: null }),
    ...(isUp && !record?.firstHealthyAt && { [keys.firstHealthyAt]: at }),
    ...(isUp &&
      startedAtMs !== undefined && {
        [keys.startedAt]: at,
        [keys.startSeconds]: ((now - startedAtMs) / 1_000).toFixed(1),
      }),
    ...(!isUp && { [keys.stoppedAt]: at }),
    // Before the times that it is counted from are written anew.
    ...(record && (!isUp || startedAtMs !== undefined) && awakePatch(awakeDays(record, now), now)),
  });
}
