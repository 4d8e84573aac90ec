/** Stacks that bear our mark, have no spec, and are more than a finished destruction has left. */

import { appPrefix } from "#silo/names.ts";
import { keys } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import { partsByPrefix } from "./inventory.ts";
import type { FleetView } from "./observe.ts";

/** Slugs, in order. */
export function orphansOf(
  silos: readonly Silo[],
  fleets: readonly FleetView[],
  managerId: string,
): readonly string[] {
  const specs = new Set(silos.map(({ slugs }) => appPrefix(slugs)));
  const found = fleets
    .flatMap((fleet) => [...partsByPrefix(fleet, managerId)])
    .filter(([prefix, parts]) => {
      const machines = parts.flatMap((part) => part.machines);
      const isLeft =
        machines.length > 0 &&
        parts.every((part) => part.machines.length > 0) &&
        machines.every(({ config }) => config?.metadata?.[keys.destroyAfter] !== undefined);
      return !specs.has(prefix) && !isLeft;
    })
    .map(([prefix]) => prefix.replace(/^devenv-/, ""));
  return [...new Set(found)].sort();
}
