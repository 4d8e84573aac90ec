/** Organisations as their lists show them, and silos as they are this moment. */

import { isApiError, Refused } from "#silo/errors.ts";
import { confirmFailing, type SecondLook } from "#state/degraded.ts";
import {
  type FleetView,
  observeAgain,
  observeDeep,
  observeFleet,
  observeShallow,
} from "#state/observe.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { FlyReads } from "#world/fly.ts";
import { ownerOf } from "./owner.ts";
import type { Specs } from "./types.ts";

export type Fleets = ReadonlyMap<string, FleetView>;

/** Three lists for each organisation that a chosen silo is in. */
export async function readFleets(fly: FlyReads, { selected }: Specs): Promise<Fleets> {
  const orgs = [...new Set(selected.map(({ spec }) => spec.devenv.fly_org))].sort();
  return new Map(
    await Promise.all(orgs.map(async (org) => [org, await readFleet(fly, org)] as const)),
  );
}

/** One a chosen silo: the lists say which machines there are, each machine how it is now. */
export async function observeNow(specs: Specs, fly: FlyReads): Promise<readonly ObservedSilo[]> {
  const fleets = await readFleets(fly, specs);
  return Promise.all(
    specs.selected.map((silo) => {
      const owner = ownerOf(silo, specs);
      const fleet = fleets.get(silo.spec.devenv.fly_org);
      return fleet && fleet.errorRegions.length === 0
        ? observeAgain(owner, observeShallow(owner, fleet), fly, "machines")
        : observeDeep(owner, fly);
    }),
  );
}

/** As above; what seems to fail is looked at a second time before it is said to. */
export async function observeSurely(
  specs: Specs,
  second: SecondLook,
): Promise<readonly ObservedSilo[]> {
  const seen = await observeNow(specs, second.fly);
  return Promise.all(
    specs.selected.map((silo, index) => {
      const observed = seen[index];
      if (!observed) throw new Error(`${silo.slug} was not looked at`);
      return confirmFailing(ownerOf(silo, specs), observed, second);
    }),
  );
}

/** A token without the organisation is told by name, early, instead of by a 403 in the middle. */
export async function readFleet(fly: FlyReads, org: string): Promise<FleetView> {
  try {
    return await observeFleet(fly, org);
  } catch (error) {
    const isClosed = isApiError(error, "forbidden") || isApiError(error, "not_found");
    if (!isClosed) throw error;
    throw new Refused(`No token of FLY_API_TOKEN may read the organisation ${org}`, {
      exitCode: 2,
      fix: `make one with \`fly tokens create org -o ${org} -x 2160h\` and add it, separated by a comma`,
    });
  }
}

/** Those of the specs, and those the tokens are for: an orphan may be the last one of its org. */
export async function orgsOf({ silos }: Specs, fly: FlyReads): Promise<readonly string[]> {
  const named = silos.map(({ spec }) => spec.devenv.fly_org);
  const ofTokens = (await fly.currentTokens()).flatMap(({ org_slug }) => org_slug ?? []);
  return [...new Set([...named, ...ofTokens])].sort();
}
