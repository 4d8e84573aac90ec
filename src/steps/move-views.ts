/** A silo that moves, as the rules before the switch and those after it have to see it. */

import { type ServiceName, serviceNames } from "#silo/names.ts";
import { keys, type SiloRecord } from "#silo/record.ts";
import { currentVolume } from "#state/current-volume.ts";
import { type Moving, stagedDigest } from "#state/moving.ts";
import {
  currentMachine,
  type ObservedMachine,
  type ObservedService,
  type ObservedSilo,
} from "#state/observed.ts";
import type { Restoring } from "#state/restoring.ts";
import type { Situation } from "#state/situation.ts";

/** Whatever it is to be at the end, first it is stopped. */
export const stopping = (situation: Situation): Situation => ({
  ...situation,
  power: { state: "stopped", write: undefined },
});

/** As the rules that stop it have to see it: also a database that is only started to be measured. */
export function leaving(situation: Situation, { isContinued }: Moving): Situation {
  const { observed } = situation;
  const { postgres } = observed.services;
  const [machine, ...others] = postgres.machines;
  const machines =
    machine && !isContinued ? [{ ...machine, state: "started" }, ...others] : postgres.machines;
  return {
    ...stopping(situation),
    observed: {
      ...observed,
      services: { ...observed.services, postgres: { ...postgres, machines } },
    },
  };
}

const newId = "(new)";

/** The silo as it will be found after the switch: what is left to do is planned from it. */
export function arrived(situation: Situation, moving: Moving): Situation {
  const { moving: _, ...others } = situation;
  const { observed, record } = others;
  const services = Object.fromEntries(
    serviceNames.map((name) => [name, arrivedService(situation, moving, observed.services[name])]),
  ) as ObservedSilo["services"];
  const { standing: __, ...seen } = observed;
  const after: SiloRecord | undefined = record && {
    ...record,
    phase: moving.power === "running" ? "provisioning" : "stopping",
    move: undefined,
    movedFrom: moving.from,
    delivered: undefined,
    handed: {},
    withheld: {},
  };
  return {
    ...others,
    record: after,
    observed: { ...seen, services, record: after, home: moving.to },
  };
}

function arrivedService(
  { silo, desired, now }: Situation,
  moving: Moving,
  service: ObservedService,
): ObservedService {
  const source = currentMachine(service);
  if (!source) return service;
  const volume = currentVolume(silo, service);
  const made: ObservedMachine = {
    ...source,
    id: newId,
    name: desired[service.name].machineName,
    region: moving.to,
    state: service.name === "postgres" ? "started" : "stopped",
    metadata: {
      ...source.metadata,
      [keys.specDigest]: stagedDigest(moving, desired, service.name, source),
    },
    checks: undefined,
    config: undefined,
  };
  const createdAt = new Date(now).toISOString();
  return {
    ...service,
    machines: [made, { ...source, state: "stopped" }],
    volumes: [
      ...service.volumes.map((one) => (one === volume ? { ...one, keptUntil: createdAt } : one)),
      ...(volume
        ? [{ ...volume, id: newId, region: moving.to, attachedTo: newId, createdAt }]
        : []),
    ],
  };
}

/** The silo as it will be found when the machine on the volume that was replaced is gone. */
export function remounted(situation: Situation, { service, snapshot }: Restoring): Situation {
  const { restoring: _, ...others } = situation;
  const { silo, observed, record, power, now } = others;
  const { standing: __, ...seen } = observed;
  const at = observed.services[service];
  const createdAt = new Date(now).toISOString();
  const current = currentVolume(silo, at);
  const volumes = at.volumes.map((volume) => ({
    ...volume,
    attachedTo: undefined,
    ...(snapshot && volume === current && { keptUntil: createdAt }),
  }));
  const made =
    snapshot && current ? [{ ...current, id: newId, attachedTo: undefined, createdAt }] : [];
  const entries = serviceNames.map((name): [ServiceName, ObservedService] => {
    const { machines, ...rest } = observed.services[name];
    const stopped = machines.map((machine) => ({ ...machine, state: "stopped" }));
    return name === service
      ? [name, { ...at, machines: [], volumes: [...volumes, ...made] }]
      : [name, { ...rest, machines: stopped }];
  });
  const services = Object.fromEntries(entries) as ObservedSilo["services"];
  const after: SiloRecord | undefined = record && {
    ...record,
    phase: "stopping",
    restore: snapshot ? { snapshot, service, since: 0, isSwitched: true } : record.restore,
    delivered: undefined,
    handed: {},
    withheld: {},
  };
  return { ...others, power, record: after, observed: { ...seen, services, record: after } };
}
