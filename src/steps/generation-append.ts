/**
 * The new generation on every machine, the record first: from then on the highest one is in force,
 * and a run that dies is continued by the next. Nothing follows it before all of them carry it, so
 * that no lost machine can take it along.
 */

import { identityMetadata, keys, type Metadata, type SiloRecord } from "#silo/record.ts";
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
  const all = carriers(situation);
  if (all.every((carrier) => patchFor(record, carrier) === undefined)) return [];
  return [
    siloStep(situation, kind, {
      effect: "record",
      text: `Append generation ${record.rotation.to} of the keys of ${silo.slug}${ofWhichKey(record)}`,
      after: [`${silo.slug}/record-open`],
      run: (world) => append(world, record, all),
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

/** Of another master key than the one before it. */
function ofWhichKey({ generations }: SiloRecord): string {
  const [last, newest] = generations.slice(-2);
  return newest && last?.keyId !== newest.keyId ? `, from the master key ${newest.keyId}` : "";
}

function patchFor(record: SiloRecord, { isRecord, machine }: Carrier): Metadata | undefined {
  const { rotation } = record;
  if (!rotation) return undefined;
  const wanted = {
    ...identityMetadata(record),
    ...(isRecord && {
      [keys.rotation]: String(rotation.to),
      [keys.rotationReason]: rotation.reason,
    }),
  };
  const missing = Object.entries(wanted).filter(
    ([key, value]) => (machine.metadata[key] ?? "") !== value,
  );
  return missing.length === 0 ? undefined : Object.fromEntries(missing);
}

async function append(
  world: StepWorld,
  record: SiloRecord,
  all: readonly Carrier[],
): Promise<void> {
  const write = async ({ app, machine }: Carrier, patch: Metadata | undefined) => {
    if (patch) await world.fly.patchMetadata(app, machine.id, patch);
  };
  const others = all.filter(({ isRecord }) => !isRecord);
  // A rotation that this one overtakes: a machine may lack the newest generation, never two.
  const before = { ...record, generations: record.generations.slice(0, -1) };
  await Promise.all(others.map((carrier) => write(carrier, patchFor(before, carrier))));
  // In one call, so that the record never names one key and holds the check value of another.
  const check = { [keys.check]: world.checkOf(record) };
  for (const carrier of all.filter(({ isRecord }) => isRecord)) {
    const patch = patchFor(record, carrier);
    await write(carrier, patch && { ...patch, ...check });
  }
  await Promise.all(others.map((carrier) => write(carrier, patchFor(record, carrier))));
}
