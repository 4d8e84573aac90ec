/**
 * Reading the world. Shallow: three org-wide lists for a whole organisation. Deep: per app, by the
 * strongest reads there are; a silo that has any step is read deeply before anything is done. Again:
 * only what a look a moment ago cannot vouch for.
 */

import { ApiError } from "#silo/errors.ts";
import { appName, machineName, type ServiceName, serviceNames } from "#silo/names.ts";
import { keys, readIdentity, readRecord, type SiloRecord } from "#silo/record.ts";
import type { FlyApp, FlyOrgMachine, FlyOrgVolume } from "#wire/fly.ts";
import type { FlyReads } from "#world/fly.ts";
import { fromMachine, fromOrgMachine, fromVolumes } from "./from-wire.ts";
import { recordWithoutKong } from "./lost-record.ts";
import type { ObservedMachine, ObservedService, ObservedSilo } from "./observed.ts";
import { isOurs, type Owner, ownershipOf } from "./ownership.ts";

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
  const read = await Promise.all(serviceNames.map((name) => readDeep(owner, name, fly)));
  return assemble(owner, "deep", read);
}

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
      if (!known || !machine) return readDeep(owner, name, fly);
      const now = fromMachine(machine);
      const isSame = before.depth === "deep" && isSameMachine(known, now);
      if (need === "everything" && !isSame) return readDeep(owner, name, fly);
      return { ...seen, machines: [now] };
    }),
  );
  return assemble(owner, before.depth, read);
}

type SeenService = Omit<ObservedService, "ownership">;

const isSameMachine = (a: ObservedMachine, b: ObservedMachine): boolean =>
  a.version === b.version &&
  a.state === b.state &&
  a.metadata[keys.specDigest] === b.metadata[keys.specDigest];

async function readDeep({ silo }: Owner, name: ServiceName, fly: FlyReads): Promise<SeenService> {
  const app = appName(silo.slugs, name);
  const lookup = await fly.getApp(app);
  if (lookup.kind !== "found") {
    return { name, app, place: lookup, machines: [], volumes: [], ips: [], secretNames: [] };
  }
  const [machines, volumes, ips, secrets] = await Promise.all([
    listMachines(app, lookup.app.machine_count ?? 0, fly),
    fly.listVolumes(app),
    fly.listIps(app),
    fly.listSecrets(app),
  ]);
  const { network, organization } = lookup.app;
  return {
    name,
    app,
    place: { kind: "found", network, org: organization?.slug },
    machines: (machines ?? []).map(fromMachine),
    volumes: fromVolumes(volumes ?? []),
    ips: ips ?? [],
    secretNames: (secrets ?? []).map((secret) => secret.name).sort(),
  };
}

/** The client's own pace puts a second between most of them. */
const maxLooks = 6;

/** The list knows a machine a moment later than its app does. */
async function listMachines(app: string, count: number, fly: FlyReads) {
  for (let looks = 1; ; looks++) {
    const machines = await fly.listMachines(app);
    if (machines?.length !== 0 || count === 0) return machines;
    if (looks === maxLooks) throw contradiction(app, count);
  }
}

/** Fly has answered empty lists for whole apps before: an empty list is no proof of absence. */
const contradiction = (app: string, count: number) =>
  new ApiError(`it lists no machine, though the app counts ${count}`, {
    provider: "fly",
    operation: `read the machines of ${app}`,
    category: "transient",
    ambiguous: false,
  });

function assemble(
  owner: Owner,
  depth: ObservedSilo["depth"],
  read: readonly SeenService[],
): ObservedSilo {
  const record = recordOf(owner, read);
  const entries = read.map((service) => [
    service.name,
    {
      ...service,
      ownership: ownershipOf(owner, service, record),
      machines: currentFirst(service.machines, machineName(service.name, owner.silo.region)),
    } satisfies ObservedService,
  ]);
  return { depth, services: Object.fromEntries(entries) as ObservedSilo["services"], record };
}

function recordOf(owner: Owner, read: readonly SeenService[]): SiloRecord | undefined {
  const ours = read.flatMap(({ name, machines }) =>
    machines.filter((machine) => isOurs(owner, machine)).map((machine) => ({ name, machine })),
  );
  const identity = readIdentity(
    owner.silo.slug,
    ours.map(({ machine }) => machine.metadata),
  );
  if (!identity) return undefined;
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
