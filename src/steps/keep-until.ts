/**
 * Days of grace: the apps that hold volumes stay, stopped, with the day after which they may go
 * written on their machines. Applying the spec again within that time takes the mark away.
 */

import { keptMetadata, readKeptVolumes } from "#silo/kept-volumes.ts";
import { keys, type Metadata, type SiloRecord } from "#silo/record.ts";
import { currentMachine, type ObservedService } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";

const msPerDay = 86_400_000;

export const keepUntil: StepRule = (situation, soFar) => {
  const { intent, silo, now, record } = situation;
  if (intent.kind !== "destroy") return [];
  const after = new Date(now + intent.graceDays * msPerDay).toISOString();
  return eachService(situation)
    .filter(({ seen }) => isKept(situation, seen) && markOf(seen) === undefined)
    .flatMap(({ wanted, seen }) => {
      const machine = currentMachine(seen);
      if (!machine) return [];
      const snapshots = soFar.filter(
        ({ kind, service }) => kind.startsWith("snapshot-create") && service === wanted.name,
      );
      return serviceStep(situation, wanted.name, "keep-until", {
        effect: "record",
        // By days: a plan that waits for approval over midnight is the same plan.
        text: `Keep ${wanted.app} with its volume for ${intent.graceDays} days`,
        after: [
          serviceKey(silo.slug, wanted.name, "machine-stop"),
          ...snapshots.map(({ key }) => key),
        ],
        // The guard has let the destruction begin: what is kept says so when the record is gone.
        run: ({ fly }) =>
          fly.patchMetadata(wanted.app, machine.id, {
            [keys.destroyAfter]: after,
            [keys.preventDestroy]: "false",
            ...keptOf(record),
          }),
      });
    });
};

export const keepAgain: StepRule = (situation) =>
  eachService(situation).flatMap(({ wanted, seen }) => {
    const machine = currentMachine(seen);
    if (!machine || markOf(seen) === undefined) return [];
    return serviceStep(situation, wanted.name, "keep-again", {
      effect: "record",
      text: `Keep ${wanted.app} for good`,
      after: [`${situation.silo.slug}/record-open`],
      run: ({ fly }) =>
        fly.patchMetadata(wanted.app, machine.id, {
          [keys.destroyAfter]: null,
          [keys.preventDestroy]: null,
          ...keptMetadata(Object.keys(readKeptVolumes(machine.metadata)), null),
        }),
    });
  });

/** The record goes with the kong machine. */
export const keptOf = (record: SiloRecord | undefined): Metadata =>
  Object.fromEntries(
    Object.entries(record?.keptVolumes ?? {}).map(([id, until]) => [
      `${keys.keptPrefix}${id}`,
      until,
    ]),
  );

/** Whether a destruction leaves the app: it has data, and its days are not over. */
export function isKept({ intent, now }: Situation, seen: ObservedService): boolean {
  if (intent.kind !== "destroy" || intent.graceDays === 0) return false;
  if (seen.ownership.kind !== "ours" || seen.volumes.length === 0) return false;
  const mark = markOf(seen);
  return mark === undefined || Date.parse(mark) > now;
}

/** Written once the last snapshot was seen. */
export const markOf = (seen: ObservedService): string | undefined =>
  currentMachine(seen)?.metadata[keys.destroyAfter];
