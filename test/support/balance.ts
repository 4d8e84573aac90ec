/**
 * owned = desired + stopped + protected + orphans, by the real inventory over what the emulator holds,
 * past its API: no fault, no lag, no time. Held against a count of machines and volumes of its own.
 */

import type { FlyEmulator } from "#emulators/fly/emulator.ts";
import type { MachineRow } from "#emulators/fly/entities.ts";
import { currentConfig } from "#emulators/fly/machine-config.ts";
import { machineAsListed, volumeAsListed } from "#emulators/fly/org-view.ts";
import { inventoryJson } from "#render/inventory.ts";
import { serviceSuffixes } from "#silo/names.ts";
import { keys } from "#silo/record.ts";
import { loadSilos } from "#spec/load-silos.ts";
import { takeInventory } from "#state/inventory.ts";
import type { FleetView } from "#state/observe.ts";
import type { UsedCloud } from "./used-clouds.ts";

type Rows = ReturnType<FlyEmulator["rows"]>;

/** Lines that say what does not add up. */
export function imbalancesOf(
  { fly, files, clock }: UsedCloud,
  take = takeInventory,
): readonly string[] {
  const rows = fly.rows();
  if (rows.apps.length === 0) return [];
  const options = { silosDir: "silos", configFile: "silo.config.yml", now: clock.now(), env: {} };
  const { silos, config } = loadSilos(files, { ...options, monthlyCost: () => 0 });
  const { manager_id: managerId } = config;
  const orgs = [...new Set(rows.apps.map(({ org }) => org))];
  const fleets = orgs.map((org) => ({ org, fleet: fleetOf(rows, org, clock.now()) }));
  const inventory = take(silos, fleets, { managerId, now: clock.now() });
  const {
    owned,
    desired,
    stopped,
    protected: kept,
    orphan,
  } = JSON.parse(inventoryJson(inventory, []));
  const sum = (key: string) =>
    [desired, stopped, kept, orphan].reduce((all, one) => all + one[key], 0);
  const mine = rows.machines.filter((row) => isMine(row, managerId));
  const myApps = new Set(mine.map(({ app }) => app));
  const placed = mine.filter(({ app }) => siloApp.test(app));
  const strangers = rows.machines.filter((row) => myApps.has(row.app) && !mine.includes(row));
  const counted = (of: (stack: (typeof inventory.stacks)[number]) => number) =>
    inventory.stacks.reduce((all, stack) => all + of(stack), 0);
  const named = (text: string) => inventory.unaccounted.some((line) => line.includes(text));
  const misnamed = [...myApps].filter((app) => !siloApp.test(app));
  const pairs: readonly [string, number, number][] = [
    ["stacks of its classes", sum("stacks"), owned.stacks],
    ["US dollars of its classes, in cents", cents(sum("monthly_usd")), cents(owned.monthly_usd)],
    ["machines of its stacks", counted(({ machines }) => machines), placed.length],
    ["volumes of its apps", counted(({ volumes }) => volumes), volumesIn(rows, myApps)],
    ["what it cannot place", inventory.unaccounted.length, strangers.length + misnamed.length],
    ["strangers that it names", strangers.filter(({ id }) => named(id)).length, strangers.length],
  ];
  return pairs
    .filter(([, seen, due]) => seen !== due)
    .map(([what, seen, due]) => `inventory: ${what}: ${seen}, and there are ${due}`);
}

const siloApp = new RegExp(`^devenv-.+-(${Object.values(serviceSuffixes).join("|")})$`);

const cents = (usd: number): number => Math.round(usd * 100);

function isMine(row: MachineRow, managerId: string): boolean {
  const { metadata } = currentConfig(row);
  return metadata?.[keys.managedBy] === "silo-manager" && metadata[keys.managerId] === managerId;
}

/** In apps that bear the mark, and in those without a machine on the network of their silo. */
function volumesIn({ apps, machines, volumes }: Rows, myApps: ReadonlySet<string>): number {
  const empty = apps.filter(
    ({ name, network }) =>
      siloApp.test(name) &&
      name.startsWith(`${network}-`) &&
      machines.every(({ app }) => app !== name),
  );
  const ours = new Set([
    ...[...myApps].filter((app) => siloApp.test(app)),
    ...empty.map(({ name }) => name),
  ]);
  return volumes.filter(({ app }) => ours.has(app)).length;
}

/** As the lists of an organisation show it that lag behind by nothing. */
function fleetOf({ apps, machines, volumes }: Rows, org: string, now: number): FleetView {
  const ofOrg = <T extends { readonly org: string }>(all: readonly T[]) =>
    all.filter((row) => row.org === org);
  return {
    apps: new Map(ofOrg(apps).map(({ id, name, network }) => [name, { id, name, network }])),
    machines: Map.groupBy(
      ofOrg(machines).flatMap((row) => machineAsListed(row, 0, now) ?? []),
      ({ app_name }) => app_name,
    ),
    volumes: Map.groupBy(
      ofOrg(volumes).flatMap((row) => volumeAsListed(row, 0, now) ?? []),
      ({ app_name }) => app_name,
    ),
    errorRegions: [],
  };
}
