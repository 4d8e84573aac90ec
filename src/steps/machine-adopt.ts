/**
 * Marks on a machine that somebody made by hand: metadata, which restarts nothing. Kong's first, with the
 * record; a run that dies is continued under the identity that is written there.
 */

import { Refused } from "#silo/errors.ts";
import { keys, managedBy } from "#silo/record.ts";
import { adoptionOf } from "#state/adoption.ts";
import { importedRecord, importMarks } from "#state/adoption-marks.ts";
import type { DesiredService } from "#state/desire.ts";
import type { Situation } from "#state/situation.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { newIdentity } from "./machine-create.ts";
import type { StepWorld } from "./types.ts";

const kind = "machine-adopt";

export const machineAdopt: StepRule = (situation) => {
  const { silo, record } = situation;
  const ofKong = (other: string) => serviceKey(silo.slug, "kong", other);
  return eachService(situation).flatMap(({ wanted, seen }) => {
    const adoption = adoptionOf(silo, record, seen);
    if (adoption.kind !== "adoptable") return [];
    const { id, name } = adoption.machine;
    const isKong = wanted.name === "kong";
    return serviceStep(situation, wanted.name, kind, {
      effect: "record",
      text: `Mark machine ${id} (${name}) of ${wanted.app} as ${wanted.name} of ${silo.slug}${isKong ? ", with the record of it" : ""}`,
      after: isKong ? [] : [ofKong(kind), ofKong("machine-create")],
      run: (world) => adopt(world, situation, wanted, id),
    });
  });
};

async function adopt(
  world: StepWorld,
  { silo, power, now }: Situation,
  { name, app }: DesiredService,
  id: string,
): Promise<void> {
  const { fly, facts, managerId } = world;
  const machine = await fly.getMachine(app, id);
  const present = machine?.config?.metadata ?? {};
  if (!machine || present[keys.managedBy] === managedBy) {
    throw new Refused(
      `The machine ${id} of ${app} is ${machine ? "marked by somebody" : "gone"} meanwhile`,
      { exitCode: 4, fix: "look again, then run the same command" },
    );
  }
  const identity = facts.identity ?? newIdentity(world, now);
  await fly.patchMetadata(app, id, {
    ...importMarks({ managerId, siloId: silo.spec.silo_id, service: name, identity }),
    ...(name === "kong" && {
      ...importedRecord(silo, identity, power.write, now),
      [keys.check]: world.checkOf(identity),
    }),
  });
  facts.identity = identity;
}
