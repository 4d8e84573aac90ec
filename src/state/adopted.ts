/** A stack as it would be after an import, so that the apply which follows can be shown before it. */

import { keyDates } from "#silo/key-dates.ts";
import { machineName } from "#silo/names.ts";
import { type Identity, keys, type Metadata } from "#silo/record.ts";
import { adoptionOf } from "./adoption.ts";
import { importedRecord, importMarks } from "./adoption-marks.ts";
import { pendingDigest } from "./desire.ts";
import { observedFrom } from "./observe.ts";
import type { ObservedMachine, ObservedService, ObservedSilo } from "./observed.ts";
import type { Owner } from "./ownership.ts";
import { type ImportIntent, powerTarget } from "./situation.ts";

export function asAdopted(
  owner: Owner,
  observed: ObservedSilo,
  intent: ImportIntent,
  now: number,
): ObservedSilo {
  const { silo, managerId } = owner;
  const { record } = observed;
  const identity = record ?? identityToBe(now);
  const marksOf = ({ name }: ObservedService): Metadata => ({
    ...importMarks({ managerId, siloId: silo.spec.silo_id, service: name, identity }),
    ...(name === "kong" &&
      importedRecord(silo, identity, powerTarget(silo, undefined, intent, now).write, now)),
  });
  const services = Object.values(observed.services).map((service): ObservedService => {
    const adoption = adoptionOf(silo, record, service);
    if (adoption.kind === "adoptable") {
      const metadata = { ...adoption.machine.metadata, ...marksOf(service) };
      return { ...service, machines: [{ ...adoption.machine, metadata }] };
    }
    const isToBeMade = service.name === "kong" && service.machines.length === 0;
    return isToBeMade ? withKong(owner, service, marksOf(service)) : service;
  });
  return observedFrom(owner, services);
}

/** Only its number is shown: the rest is made when it is written. It is not about to end. */
const identityToBe = (now: number): Identity => ({
  incarnation: "0".repeat(32),
  generations: [{ number: 1, ...keyDates(now, daysShown), keyId: "" }],
});

const daysShown = 3_650;

function withKong({ silo }: Owner, service: ObservedService, marks: Metadata): ObservedService {
  const name = machineName("kong", silo.region);
  const machine: ObservedMachine = {
    id: name,
    name,
    state: "created",
    region: silo.region,
    version: undefined,
    image: undefined,
    metadata: { ...marks, [keys.specDigest]: pendingDigest },
    updatedAt: "",
    startedAt: undefined,
    checks: undefined,
    config: undefined,
    unreachable: false,
  };
  const place = { kind: "found", network: undefined, org: undefined } as const;
  return { ...service, place, machines: [machine], ips: service.ips ?? [] };
}
