/**
 * The plan of a fleet at the least cost: per organisation three lists, plus the regions and the
 * tokens once. Only a silo that differs is read deeply.
 */

import { joinPlans, type Plan, planSilo } from "#engine/plan.ts";
import { type Look, lookDeep } from "#engine/run-silo.ts";
import { Refused } from "#silo/errors.ts";
import { appPrefix } from "#silo/names.ts";
import { keys, managedBy } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import { type FleetView, observeFleet, observeShallow } from "#state/observe.ts";
import type { Intent } from "#state/situation.ts";
import type { Clock } from "#world/effects.ts";
import type { FlyReads } from "#world/fly.ts";
import type { Specs } from "./types.ts";

export interface PlanWorld {
  readonly fly: FlyReads;
  readonly clock: Clock;
}

export interface FleetPlan {
  readonly plan: Plan;
  /** One a silo of the plan, in its order. */
  readonly looks: readonly Look[];
  /** Things seen on the way that no step mends. */
  readonly notes: readonly string[];
}

export async function makePlan(
  specs: Specs,
  intent: Intent,
  { fly, clock }: PlanWorld,
): Promise<FleetPlan> {
  const orgs = [...new Set(specs.selected.map(({ spec }) => spec.devenv.fly_org))].sort();
  const [fleets] = await Promise.all([
    readFleets(fly, orgs),
    checkRegions(fly, specs.selected),
    checkTokens(fly, orgs),
  ]);
  const looks = await Promise.all(
    specs.selected.map((silo) => lookAt(silo, specs.config.manager_id, intent, fleets, fly, clock)),
  );
  return {
    plan: joinPlans(looks.map(({ plan }) => plan)),
    looks,
    notes: fleetNotes(fleets, specs),
  };
}

async function readFleets(
  fly: FlyReads,
  orgs: readonly string[],
): Promise<ReadonlyMap<string, FleetView>> {
  return new Map(
    await Promise.all(orgs.map(async (org) => [org, await observeFleet(fly, org)] as const)),
  );
}

/** What the lists show is enough for a silo that is as it should be; all others are read deeply. */
async function lookAt(
  silo: Silo,
  managerId: string,
  intent: Intent,
  fleets: ReadonlyMap<string, FleetView>,
  fly: FlyReads,
  clock: Clock,
): Promise<Look> {
  const owner = { silo, managerId };
  const fleet = fleets.get(silo.spec.devenv.fly_org);
  if (fleet && fleet.errorRegions.length === 0 && intent.kind === "apply") {
    const observed = observeShallow(owner, fleet);
    const plan = planSilo(silo, intent, observed, clock.now());
    const isAsWanted = plan.steps.length === 0 && plan.refusals.length === 0;
    if (isAsWanted && observed.record?.phase === undefined) return { observed, plan };
  }
  return lookDeep(owner, intent, { fly, clock });
}

async function checkRegions(fly: FlyReads, silos: readonly Silo[]): Promise<void> {
  if (silos.length === 0) return;
  const regions = new Map((await fly.regions()).map((region) => [region.code, region]));
  for (const silo of silos) {
    const region = regions.get(silo.region);
    if (region && !region.deprecated) continue;
    throw new Refused(
      `${silo.file}: Fly ${region ? "has retired" : "does not know"} the region ${silo.region}`,
      { exitCode: 2, fix: "choose another fly_region; `silo regions` lists them" },
    );
  }
}

/** Fails early, with the name of what is missing, instead of late with a 403. */
async function checkTokens(fly: FlyReads, orgs: readonly string[]): Promise<void> {
  const tokens = await fly.currentTokens();
  const known = new Set(
    tokens.flatMap(({ org_slug, organization }) => org_slug ?? organization ?? []),
  );
  const missing = orgs.filter((org) => known.size > 0 && !known.has(org));
  if (missing.length === 0) return;
  throw new Refused(`No token of FLY_API_TOKEN is for the organisation ${missing.join(", ")}`, {
    exitCode: 2,
    fix: `make one with \`fly tokens create org -o ${missing[0]} -x 2160h\` and add it, separated by a comma`,
  });
}

function fleetNotes(fleets: ReadonlyMap<string, FleetView>, specs: Specs): string[] {
  return [...fleets].flatMap(([org, fleet]) => {
    const partial =
      fleet.errorRegions.length > 0
        ? [
            `${org}: Fly did not answer for ${fleet.errorRegions.join(", ")}; silos were read one by one`,
          ]
        : [];
    return [...partial, ...orphanNotes(fleet, specs)];
  });
}

/** Stacks with our marker and no spec are reported; only a merged change may remove one. */
function orphanNotes(fleet: FleetView, { silos, config }: Specs): string[] {
  const prefixes = new Set(silos.map(({ slugs }) => appPrefix(slugs)));
  const orphans = new Set<string>();
  for (const [app, machines] of fleet.machines) {
    const isOurs = machines.some(
      ({ config: machine }) =>
        machine?.metadata?.[keys.managedBy] === managedBy &&
        machine.metadata[keys.managerId] === config.manager_id,
    );
    const prefix = app.slice(0, app.lastIndexOf("-"));
    if (isOurs && !prefixes.has(prefix)) orphans.add(prefix);
  }
  return [...orphans]
    .sort()
    .map((prefix) => `${prefix}-*: runs without a spec; nothing was changed`);
}
