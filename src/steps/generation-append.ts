/**
 * The new generation on every machine, the record first: from then on the highest one is in force,
 * and a run that dies is continued by the next. Nothing follows it before all of them carry it, so
 * that no lost machine can take it along.
 */

import { identityMetadata, keys } from "#silo/record.ts";
import type { ObservedMachine } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import { eachService, type StepRule, serviceKey, siloStep } from "./build-step.ts";
import type { StepWorld } from "./types.ts";

interface Carrier {
  readonly app: string;
  readonly isRecord: boolean;
  readonly machine: ObservedMachine;
}

export const generationAppend: StepRule = (situation) => {
  const { record, silo } = situation;
  if (!record?.rotation) return [];
  const due = carriers(situation).filter((carrier) => patchFor(situation, carrier) !== undefined);
  if (due.length === 0) return [];
  return [
    siloStep(situation, kind, {
      effect: "record",
      text: `Append generation ${record.rotation.to} of the keys of ${silo.slug}`,
      after: [`${silo.slug}/record-open`],
      run: (world) => append(world, situation, due),
    }),
  ];
};

const kind = "generation-append";

/** What everything waits for that follows the new generation. */
export const appendedKey = (slug: string): string => `${slug}/${kind}`;

/** What every change of a running service waits for. */
export const closedKeys = (slug: string): readonly string[] => [
  appendedKey(slug),
  serviceKey(slug, "kong", "machine-stop"),
];

function carriers(situation: Situation): readonly Carrier[] {
  return eachService(situation).flatMap(({ wanted, seen }) =>
    seen.machines.map((machine) => ({
      app: seen.app,
      isRecord: wanted.name === "kong",
      machine,
    })),
  );
}

function patchFor(
  { record }: Situation,
  { isRecord, machine: { metadata } }: Carrier,
): Readonly<Record<string, string>> | undefined {
  if (!record?.rotation) return undefined;
  const { to, reason } = record.rotation;
  const wanted = {
    ...identityMetadata(record),
    ...(isRecord && { [keys.rotation]: String(to), [keys.rotationReason]: reason }),
  };
  const missing = Object.entries(wanted).filter(([key, value]) => (metadata[key] ?? "") !== value);
  return missing.length === 0 ? undefined : Object.fromEntries(missing);
}

async function append(
  { fly }: StepWorld,
  situation: Situation,
  due: readonly Carrier[],
): Promise<void> {
  const write = async (carrier: Carrier) => {
    const patch = patchFor(situation, carrier);
    if (patch) await fly.patchMetadata(carrier.app, carrier.machine.id, patch);
  };
  await Promise.all(due.filter(({ isRecord }) => isRecord).map(write));
  await Promise.all(due.filter(({ isRecord }) => !isRecord).map(write));
}
