/** What a destruction has left of silos that have no spec any more, once its days of grace are over. */

import { appPrefix, serviceSuffixes } from "#silo/names.ts";
import { keys } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { FlyMachine, FlyOrgMachine } from "#wire/fly.ts";
import { isMarked, type OrgFleet, partsByPrefix } from "./inventory.ts";

export interface Remnant {
  /** `acme-erp`. */
  readonly slug: string;
  readonly apps: readonly string[];
  /** ISO 8601; past. */
  readonly keptUntil: string;
}

/** Stacks of which all that is there was marked by a destruction; one with a record is none. */
export function remnantsOf(
  silos: readonly Silo[],
  fleets: readonly OrgFleet[],
  { managerId, now }: { readonly managerId: string; readonly now: number },
): readonly Remnant[] {
  const specs = new Set(silos.map(({ slugs }) => appPrefix(slugs)));
  return fleets
    .flatMap(({ fleet }) => [...partsByPrefix(fleet, managerId)])
    .filter(([prefix]) => !specs.has(prefix))
    .flatMap(([prefix, parts]): Remnant[] => {
      const isOver = parts.every(({ machines }) => areOver(machines, managerId, now));
      const [keptUntil] = parts
        .flatMap(({ machines }) => machines.flatMap((machine) => markOf(machine) ?? []))
        .sort()
        .reverse();
      if (!isOver || keptUntil === undefined) return [];
      const apps = parts.map(({ service }) => `${prefix}-${serviceSuffixes[service]}`);
      return [{ slug: prefix.replace(/^devenv-/, ""), apps, keptUntil }];
    })
    .sort((a, b) => (a.keptUntil < b.keptUntil ? -1 : 1));
}

/** Every one of them ours, without protection, and past its day. */
export const areOver = (
  machines: readonly (FlyMachine | FlyOrgMachine)[],
  managerId: string,
  now: number,
): boolean =>
  machines.length > 0 &&
  machines.every(
    (machine) =>
      isMarked(machine, managerId) &&
      machine.config?.metadata?.[keys.preventDestroy] === "false" &&
      Date.parse(markOf(machine) ?? "") <= now,
  );

const markOf = ({ config }: FlyMachine | FlyOrgMachine): string | undefined =>
  config?.metadata?.[keys.destroyAfter];
