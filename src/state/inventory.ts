/**
 * All that bears our mark in some organisations, stack by stack, each in exactly one class:
 * owned = desired + stopped + protected + orphan. From the org-wide lists alone.
 */

import { machineMonthUsd, rootfsMonthUsd } from "#silo/cost.ts";
import { appPrefix, type ServiceName, serviceNames, serviceSuffixes } from "#silo/names.ts";
import { prices } from "#silo/prices.ts";
import { keys, managedBy, readGenerations } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { FlyOrgMachine, FlyOrgVolume } from "#wire/fly.ts";
import type { FleetView } from "./observe.ts";

/**
 * `desired`: has a spec and is up, or on its way. `stopped`: has a spec and is at rest. `protected`:
 * has none, and its live state, or its days of grace, keep it. `orphan`: has none, and nothing does.
 */
export type StackClass = "desired" | "stopped" | "protected" | "orphan";

export interface OwnedStack {
  /** `devenv-acme-erp`. */
  readonly prefix: string;
  readonly org: string;
  readonly siloId: string | undefined;
  readonly class: StackClass;
  readonly why: string;
  readonly apps: number;
  readonly machines: number;
  readonly volumes: number;
  readonly volumeGb: number;
  /** As it is now, for a month; dedicated addresses, which the lists do not show, by the spec. */
  readonly monthlyUsd: number;
  /** ISO 8601; of its oldest machine or volume. */
  readonly since: string | undefined;
  /** Of the master key that its keys come from. */
  readonly keyId: string | undefined;
  /** Generation of the keys that not all of it has followed yet. */
  readonly pendingGeneration: number | undefined;
}

export interface Inventory {
  readonly stacks: readonly OwnedStack[];
  /** Specs of which nothing is there. */
  readonly missing: readonly string[];
  /** What bears our mark and belongs to no stack: the lists, or our reading of them, are wrong. */
  readonly unaccounted: readonly string[];
}

export interface OrgFleet {
  readonly org: string;
  readonly fleet: FleetView;
}

export function takeInventory(
  silos: readonly Silo[],
  fleets: readonly OrgFleet[],
  { managerId, now }: { readonly managerId: string; readonly now: number },
): Inventory {
  const specs = new Map(silos.map((silo) => [appPrefix(silo.slugs), silo]));
  const stacks = fleets
    .flatMap(({ org, fleet }) =>
      [...partsByPrefix(fleet, managerId)].map(([prefix, all]) => {
        const parts = all.map((part) => ({
          ...part,
          // One without our mark is named as unaccounted for, and counts nowhere else.
          machines: part.machines.filter((machine) => isMarked(machine, managerId)),
        }));
        const silo = specs.get(prefix);
        const ofOrg = silo?.spec.devenv.fly_org === org ? silo : undefined;
        return stackOf(prefix, org, ofOrg, parts, now);
      }),
    )
    .sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
  const there = new Set(stacks.map(({ prefix }) => prefix));
  return {
    stacks,
    missing: silos.filter(({ slugs }) => !there.has(appPrefix(slugs))).map(({ slug }) => slug),
    unaccounted: fleets.flatMap(({ fleet }) => unaccounted(fleet, managerId)),
  };
}

interface Part {
  readonly service: ServiceName;
  readonly machines: readonly FlyOrgMachine[];
  readonly volumes: readonly FlyOrgVolume[];
}

export function partsByPrefix(fleet: FleetView, managerId: string): Map<string, Part[]> {
  const parts = new Map<string, Part[]>();
  for (const name of new Set([...fleet.apps.keys(), ...fleet.machines.keys()])) {
    const place = placeOf(name);
    const machines = fleet.machines.get(name) ?? [];
    const volumes = fleet.volumes.get(name) ?? [];
    if (!place || !isOwned(machines, fleet.apps.get(name)?.network, place.prefix, managerId))
      continue;
    const known = parts.get(place.prefix) ?? [];
    parts.set(place.prefix, [...known, { service: place.service, machines, volumes }]);
  }
  return parts;
}

/** By a machine's mark; an app without machines by its network, which is one silo's alone. */
function isOwned(
  machines: readonly FlyOrgMachine[],
  network: string | undefined,
  prefix: string,
  managerId: string,
): boolean {
  if (machines.length === 0) return network === prefix;
  return machines.some((machine) => isMarked(machine, managerId));
}

export function isMarked({ config }: Pick<FlyOrgMachine, "config">, managerId: string): boolean {
  const metadata = config?.metadata;
  return metadata?.[keys.managedBy] === managedBy && metadata[keys.managerId] === managerId;
}

function placeOf(
  app: string,
): { readonly prefix: string; readonly service: ServiceName } | undefined {
  const service = serviceNames.find((name) => app.endsWith(`-${serviceSuffixes[name]}`));
  if (!service || !app.startsWith("devenv-")) return undefined;
  return { prefix: app.slice(0, -serviceSuffixes[service].length - 1), service };
}

function stackOf(
  prefix: string,
  org: string,
  silo: Silo | undefined,
  parts: readonly Part[],
  now: number,
): OwnedStack {
  const machines = parts.flatMap((part) => part.machines);
  const volumes = parts.flatMap((part) => part.volumes);
  const volumeGb = volumes.reduce((sum, { size_gb }) => sum + size_gb, 0);
  const address = silo?.spec.devenv.services.postgres.public ? prices.dedicatedIpv4Month : 0;
  const machinesUsd = parts
    .flatMap(({ service, machines: all }) => all.map((machine) => machineUsd(service, machine)))
    .reduce((sum, usd) => sum + usd, 0);
  const [since] = [...machines, ...volumes].map(({ created_at }) => created_at).sort();
  return {
    prefix,
    org,
    siloId: silo?.spec.silo_id ?? metadataOf(machines, keys.siloId),
    ...classOf(silo, machines, now),
    apps: parts.length,
    machines: machines.length,
    volumes: volumes.length,
    volumeGb,
    monthlyUsd: machinesUsd + volumeGb * prices.volumeGbMonth + address,
    since,
    keyId: keyIdOf(machines),
    pendingGeneration: Number(metadataOf(machines, keys.rotation)) || undefined,
  };
}

function keyIdOf(machines: readonly FlyOrgMachine[]): string | undefined {
  return machines
    .flatMap(({ config }) => readGenerations(config?.metadata ?? {}))
    .sort((a, b) => a.number - b.number)
    .at(-1)?.keyId;
}

function classOf(
  silo: Silo | undefined,
  machines: readonly FlyOrgMachine[],
  now: number,
): Pick<OwnedStack, "class" | "why"> {
  if (silo) {
    if (!machines.some(isUp)) return { class: "stopped", why: "no machine of it is up" };
    return { class: "desired", why: silo.file };
  }
  const keptUntil = metadataOf(machines, keys.destroyAfter);
  if (keptUntil !== undefined) {
    const day = keptUntil.slice(0, 10);
    return Date.parse(keptUntil) > now
      ? { class: "protected", why: `destroyed; its volumes are kept until ${day}` }
      : { class: "orphan", why: `destroyed; its volumes were kept until ${day}` };
  }
  const protection = metadataOf(machines, keys.preventDestroy);
  if (machines.length > 0 && protection !== "false") {
    return { class: "protected", why: "no spec, but prevent_destroy in its live state" };
  }
  if (metadataOf(machines, keys.phase) === "destroying") {
    return { class: "orphan", why: "no spec; its destruction was begun, and is not finished" };
  }
  return { class: "orphan", why: machines.length > 0 ? "no spec" : "no spec, no machine" };
}

const isUp = ({ state }: FlyOrgMachine): boolean =>
  !["created", "stopped", "suspended", "failed", "destroyed"].includes(state);

function metadataOf(machines: readonly FlyOrgMachine[], key: string): string | undefined {
  const values = machines.flatMap(({ config }) => config?.metadata?.[key] ?? []);
  // The kong machine carries the record; a kept one its own mark.
  return values[0];
}

function machineUsd(service: ServiceName, machine: FlyOrgMachine): number {
  const guest = machine.config?.guest;
  if (!isUp(machine) || !guest) return rootfsMonthUsd(service);
  const { cpu_kind: cpuKind, cpus, memory_mb: memoryMb } = guest;
  return machineMonthUsd({ cpuKind, cpus, memoryMb }, machine.region);
}

/** Counted the other way round: from the machines and volumes, not from the stacks. */
function unaccounted(fleet: FleetView, managerId: string): string[] {
  const owned = new Set<string>();
  const found: string[] = [];
  for (const [app, machines] of fleet.machines) {
    const marked = machines.filter((machine) => isMarked(machine, managerId));
    if (marked.length === 0) continue;
    owned.add(app);
    if (!placeOf(app)) found.push(`${app}: bears our mark, and is named like no silo's app`);
    if (!fleet.apps.has(app)) found.push(`${app}: has machines, and is not among the apps`);
    for (const machine of machines.filter((other) => !marked.includes(other))) {
      found.push(`${app}: its machine ${machine.id} does not bear our mark`);
    }
  }
  for (const app of fleet.volumes.keys()) {
    const place = placeOf(app);
    if (place && !owned.has(app) && fleet.apps.get(app)?.network === undefined) {
      found.push(`${app}: has volumes, no machine, and no network that says whose they are`);
    }
  }
  return found;
}
