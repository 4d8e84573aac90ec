/**
 * Reading the world. Shallow: three org-wide lists for a whole organisation. Deep: per app, by the
 * strongest reads there are; a silo that has any step is read deeply before anything is done. Again:
 * only what a look a moment ago cannot vouch for.
 */

import { Refused } from "#silo/errors.ts";
import { appName, machineName, type SiloSlugs, serviceNames } from "#silo/names.ts";
import {
  assertWholeIdentity,
  keys,
  readIdentity,
  readRecord,
  type SiloRecord,
} from "#silo/record.ts";
import type { FlyApp, FlyOrgMachine, FlyOrgVolume } from "#wire/fly.ts";
import type { FlyReads } from "#world/fly.ts";
import { fromMachine, fromOrgMachine, fromVolumes } from "./from-wire.ts";
import { homeOf } from "./home.ts";
import { recordWithoutKong } from "./lost-record.ts";
import type { ObservedMachine, ObservedService, ObservedSilo, ObservedVolume } from "./observed.ts";
import { isOurs, type Owner, ownershipOf } from "./ownership.ts";
import { readService, type SeenService } from "./read-service.ts";

/** One organisation as its lists show it: eventually consistent. */
export interface FleetView {
  readonly apps: ReadonlyMap<string, FlyApp>;
  readonly machines: ReadonlyMap<string, readonly FlyOrgMachine[]>;
  readonly volumes: ReadonlyMap<string, readonly FlyOrgVolume[]>;
  /** Not empty: absence in this view proves nothing. */
  readonly errorRegions: readonly string[];
}

export async function observeFleet(fly: FlyReads, org: string): Promise<FleetView> {
  const [apps, machines, volumes] = await Promise.all([
    fly.listApps(org),
    fly.listOrgMachines(org),
    fly.listOrgVolumes(org),
  ]);
  return {
    apps: new Map(apps.map((app) => [app.name, app])),
    machines: Map.groupBy(machines.items, (machine) => machine.app_name),
    volumes: Map.groupBy(volumes.items, (volume) => volume.app_name),
    errorRegions: [...new Set([...machines.errorRegions, ...volumes.errorRegions])].sort(),
  };
}

export function observeShallow(owner: Owner, fleet: FleetView): ObservedSilo {
  const read = serviceNames.map((name): SeenService => {
    const app = appName(owner.silo.slugs, name);
    const found = fleet.apps.get(app);
    return {
      name,
      app,
      place: found ? { kind: "found", network: found.network, org: undefined } : { kind: "absent" },
      machines: (fleet.machines.get(app) ?? []).map(fromOrgMachine),
      volumes: fromVolumes(fleet.volumes.get(app) ?? []),
      ips: undefined,
      secretNames: undefined,
    };
  });
  return assemble(owner, "shallow", read);
}

/** Nothing of it is there. */
export function absentSilo(owner: Owner): ObservedSilo {
  const nothing = { apps: new Map(), machines: new Map(), volumes: new Map(), errorRegions: [] };
  return observeShallow(owner, nothing);
}

export async function observeDeep(owner: Owner, fly: FlyReads): Promise<ObservedSilo> {
  return observedFrom(owner, await readServices(owner.silo.slugs, fly));
}

export const readServices = (slugs: SiloSlugs, fly: FlyReads): Promise<readonly SeenService[]> =>
  Promise.all(serviceNames.map((name) => readService(appName(slugs, name), name, fly)));

/** What was read of each service, as one silo. */
export const observedFrom = (owner: Owner, read: readonly SeenService[]): ObservedSilo =>
  assemble(owner, "deep", read);

/**
 * The machines as they are this moment. An app that has none, or (for `everything`) whose machine
 * is not the one that was seen, is read deeply.
 */
export async function observeAgain(
  owner: Owner,
  before: ObservedSilo,
  fly: FlyReads,
  need: "machines" | "everything",
): Promise<ObservedSilo> {
  const read = await Promise.all(
    serviceNames.map(async (name): Promise<SeenService> => {
      const seen = before.services[name];
      const [known, ...others] = seen.machines;
      const machine = known && others.length === 0 && (await fly.getMachine(seen.app, known.id));
      if (!known || !machine) return readService(appName(owner.silo.slugs, name), name, fly);
      const now = fromMachine(machine);
      const isSame = before.depth === "deep" && isSameMachine(known, now);
      if (need === "everything" && !isSame)
        return readService(appName(owner.silo.slugs, name), name, fly);
      return { ...seen, machines: [now] };
    }),
  );
  const { standing, strayVariables, failedTwice } = before;
  return {
    ...assemble(owner, before.depth, read),
    ...(standing && { standing }),
    ...(strayVariables && { strayVariables }),
    ...(failedTwice && { failedTwice }),
  };
}

const isSameMachine = (a: ObservedMachine, b: ObservedMachine): boolean =>
  a.version === b.version &&
  a.state === b.state &&
  a.metadata[keys.specDigest] === b.metadata[keys.specDigest];

function assemble(
  owner: Owner,
  depth: ObservedSilo["depth"],
  unsorted: readonly SeenService[],
): ObservedSilo {
  // Before the record is read: it is that of the kong machine which is locked and written to.
  const ours = unsorted.map(({ name, machines }) => ({
    name,
    machines: machines.filter((machine) => isOurs(owner, machine)),
  }));
  const home = homeOf(ours);
  const read = unsorted.map((service) => ({
    ...service,
    machines: currentFirst(service.machines, machineName(service.name, home ?? owner.silo.region)),
  }));
  const { record, conflict } = recordOrConflict(owner, read);
  const entries = read.map((service) => [
    service.name,
    {
      ...service,
      volumes: withKept(service.volumes, record),
      ownership: ownershipOf(owner, service, record),
    } satisfies ObservedService,
  ]);
  const services = Object.fromEntries(entries) as ObservedSilo["services"];
  return { depth, services, record, ...(home && { home }), ...(conflict && { conflict }) };
}

const withKept = (
  volumes: readonly ObservedVolume[],
  record: SiloRecord | undefined,
): readonly ObservedVolume[] =>
  volumes.map((volume) => {
    const keptUntil = record?.keptVolumes[volume.id];
    return keptUntil === undefined ? volume : { ...volume, keptUntil };
  });

/** One silo's conflict must not end the look at all the others, so it is a value. */
function recordOrConflict(
  owner: Owner,
  read: readonly SeenService[],
): Pick<ObservedSilo, "record" | "conflict"> {
  try {
    return { record: recordOf(owner, read) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { record: undefined, conflict: { message: error.message, fix: error.fix ?? "" } };
  }
}

function recordOf(owner: Owner, read: readonly SeenService[]): SiloRecord | undefined {
  const ours = read.flatMap(({ name, machines }) =>
    machines.filter((machine) => isOurs(owner, machine)).map((machine) => ({ name, machine })),
  );
  const { slug } = owner.silo;
  const all = ours.map(({ machine }) => machine.metadata);
  const identity = readIdentity(slug, all);
  if (!identity) return undefined;
  assertWholeIdentity(slug, identity, all);
  const kong = ours.find(({ name }) => name === "kong");
  if (kong) return readRecord(identity, kong.machine.metadata);
  return recordWithoutKong(
    identity,
    ours.map(({ machine }) => machine),
  );
}

const currentFirst = (machines: readonly ObservedMachine[], name: string) =>
  [...machines].sort(
    (a, b) => Number(b.name === name) - Number(a.name === name) || (a.id < b.id ? -1 : 1),
  );
