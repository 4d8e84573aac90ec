/**
 * Reading the world. Shallow: three org-wide lists for a whole organisation. Deep: per app, by the
 * strongest reads there are; a silo that has any step is read deeply before anything is done.
 */

import { appName, machineName, type ServiceName, serviceNames } from "#silo/names.ts";
import { keys, readIdentity, readRecord, type SiloRecord } from "#silo/record.ts";
import type { FlyApp, FlyOrgMachine, FlyVolume } from "#wire/fly.ts";
import type { FlyReads } from "#world/fly.ts";
import { fromMachine, fromOrgMachine, fromVolume } from "./from-wire.ts";
import type { ObservedMachine, ObservedService, ObservedSilo } from "./observed.ts";
import { type AppFacts, isOurs, type Owner, ownershipOf } from "./ownership.ts";

/** One organisation as its lists show it: eventually consistent. */
export interface FleetView {
  readonly apps: ReadonlyMap<string, FlyApp>;
  readonly machines: ReadonlyMap<string, readonly FlyOrgMachine[]>;
  readonly volumes: ReadonlyMap<string, readonly FlyVolume[]>;
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
  const read = serviceNames.map((name): ReadService => {
    const app = appName(owner.silo.slugs, name);
    const found = fleet.apps.get(app);
    return {
      name,
      app,
      facts: found ? { kind: "found", network: found.network, org: undefined } : { kind: "absent" },
      machines: (fleet.machines.get(app) ?? []).map(fromOrgMachine),
      volumes: fleet.volumes.get(app) ?? [],
      ips: undefined,
      secretNames: undefined,
    };
  });
  return assemble(owner, "shallow", read);
}

export async function observeDeep(owner: Owner, fly: FlyReads): Promise<ObservedSilo> {
  const read = await Promise.all(serviceNames.map((name) => readDeep(owner, name, fly)));
  return assemble(owner, "deep", read);
}

type ReadService = Pick<ObservedService, "name" | "app" | "machines" | "ips" | "secretNames"> & {
  readonly facts: AppFacts;
  readonly volumes: readonly FlyVolume[];
};

async function readDeep({ silo }: Owner, name: ServiceName, fly: FlyReads): Promise<ReadService> {
  const app = appName(silo.slugs, name);
  const lookup = await fly.getApp(app);
  if (lookup.kind !== "found") {
    return { name, app, facts: lookup, machines: [], volumes: [], ips: [], secretNames: [] };
  }
  const [machines, volumes, ips, secrets] = await Promise.all([
    fly.listMachines(app),
    fly.listVolumes(app),
    fly.listIps(app),
    fly.listSecrets(app),
  ]);
  const { network, organization } = lookup.app;
  return {
    name,
    app,
    facts: { kind: "found", network, org: organization?.slug },
    machines: (machines ?? []).map(fromMachine),
    volumes: volumes ?? [],
    ips: ips ?? [],
    secretNames: (secrets ?? []).map((secret) => secret.name).sort(),
  };
}

function assemble(
  owner: Owner,
  depth: ObservedSilo["depth"],
  read: readonly ReadService[],
): ObservedSilo {
  const record = recordOf(owner, read);
  const entries = read.map((service) => [service.name, observeService(owner, service, record)]);
  return { depth, services: Object.fromEntries(entries) as ObservedSilo["services"], record };
}

function recordOf(owner: Owner, read: readonly ReadService[]): SiloRecord | undefined {
  const ours = read.flatMap(({ name, machines }) =>
    machines
      .filter((machine) => isOurs(owner, machine))
      .map(({ metadata }) => ({ name, metadata })),
  );
  const identity = readIdentity(
    owner.silo.slug,
    ours.map(({ metadata }) => metadata),
  );
  if (!identity) return undefined;
  const kong = ours.find(({ name }) => name === "kong");
  // Without its kong machine a silo is being made again.
  return readRecord(identity, kong?.metadata ?? { [keys.phase]: "provisioning" });
}

function observeService(
  owner: Owner,
  read: ReadService,
  record: SiloRecord | undefined,
): ObservedService {
  const { name, app, machines, volumes, ips, secretNames } = read;
  return {
    name,
    app,
    ownership: ownershipOf(owner, read.facts, machines, volumes.length, record),
    machines: currentFirst(machines, machineName(name, owner.silo.region)),
    volumes: volumes
      .map(fromVolume)
      .sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1)),
    ips,
    secretNames,
  };
}

const currentFirst = (machines: readonly ObservedMachine[], name: string) =>
  [...machines].sort(
    (a, b) => Number(b.name === name) - Number(a.name === name) || (a.id < b.id ? -1 : 1),
  );
