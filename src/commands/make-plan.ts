/**
 * The plan of a fleet at the least cost: per organisation three lists, plus the regions
 * once. Only a silo that differs is read deeply.
 */

import { joinPlans, type Plan, planSilo } from "#engine/plan.ts";
import type { Look } from "#engine/run-silo.ts";
import { budgetOf } from "#silo/budget.ts";
import { appPrefix } from "#silo/names.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Silo } from "#silo/silo.ts";
import { expiryNotes } from "#state/expiry.ts";
import { isMarked } from "#state/inventory.ts";
import { keyExpiryNotes } from "#state/key-expiry.ts";
import { isToMove, placedWhereItIs } from "#state/moving.ts";
import { type FleetView, observeAgain, observeDeep, observeShallow } from "#state/observe.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { Owner } from "#state/ownership.ts";
import { rlsNotes } from "#state/rls.ts";
import { isConverging } from "#state/rotation.ts";
import type { Intent } from "#state/situation.ts";
import { budgetNotes } from "#state/spending.ts";
import { degradedText, statusOf } from "#state/status.ts";
import type { FlyRegion } from "#wire/fly.ts";
import { type FurtherLook, lookFurther } from "./look-further.ts";
import { ownerOf } from "./owner.ts";
import { type Fleets, readFleets } from "./read-fleets.ts";
import type { Specs } from "./types.ts";

export interface PlanWorld extends FurtherLook {
  /** Silos that are as the lists say have their checks, and what they have handed out, looked at, too. */
  readonly isClose?: boolean;
  /** Organisations that were read a moment ago. */
  readonly fleets?: Fleets;
}

export interface FleetPlan {
  readonly plan: Plan;
  /** One a silo of the plan, in its order. */
  readonly looks: readonly Look[];
  /** Things seen on the way that no step mends. */
  readonly notes: readonly string[];
}

export async function makePlan(specs: Specs, intent: Intent, world: PlanWorld): Promise<FleetPlan> {
  const { fly, clock, reads = [] } = world;
  // Only what is made has to be in a region that takes it.
  const isMaking = intent.kind === "apply" && specs.selected.length > 0;
  const [fleets, regions] = await Promise.all([
    world.fleets ?? readFleets(fly, specs),
    isMaking ? fly.regions() : undefined,
  ]);
  const looks = await Promise.all(
    specs.selected.map(async (silo) => {
      const look = await lookAt(ownerOf(silo, specs), intent, fleets, world);
      return regions ? withRegion(silo, look, regions) : look;
    }),
  );
  return {
    plan: joinPlans(looks.map(({ plan }) => plan)),
    looks,
    notes: [
      ...fleetNotes(fleets, specs),
      ...specs.selected.flatMap((silo) => [
        ...expiryNotes(silo, specs.config.notify.before_expiry_days, clock.now()),
        ...unseenNotes(silo, specs),
      ]),
      ...looks.flatMap(({ plan, observed }) => [
        ...keyExpiryNotes(plan.silo, observed.record, clock.now()),
        ...rlsNotes(plan.silo, observed, clock.now()),
      ]),
      ...specs.selected.flatMap((silo, index) =>
        budgetNotes(silo, looks[index]?.observed.record, budgetOf(silo, specs.config), clock.now()),
      ),
      ...specs.selected.flatMap((silo, index) => degradedNotes(silo, looks[index], clock.now())),
      ...specs.selected.flatMap((silo, index) => retiredNotes(silo, looks[index], regions ?? [])),
      ...reads.flatMap((read) => read.notes()),
    ].map(plainText),
  };
}

/**
 * What the lists show is enough for a silo that is as it should be. For power the machines are
 * enough, but as they are this moment: the lists lag. All else is read deeply.
 */
async function lookAt(
  owner: Owner,
  intent: Intent,
  fleets: Fleets,
  { isClose = false, ...world }: PlanWorld,
): Promise<Look> {
  const { fly, clock } = world;
  const look = (observed: ObservedSilo) => ({
    observed,
    plan: planSilo(owner, intent, observed, clock.now()),
  });
  const lookTwice = async (once: ObservedSilo) => {
    if (intent.kind !== "apply") return look(once);
    return look(await lookFurther(owner, once, world, isClose));
  };
  const fleet = fleets.get(owner.silo.spec.devenv.fly_org);
  if (fleet && fleet.errorRegions.length === 0) {
    const shallow = look(observeShallow(owner, fleet));
    const isPower = !isConverging(intent, undefined) && intent.kind !== "destroy";
    if (isPower && shallow.plan.refusals.length === 0) {
      const now = look(await observeAgain(owner, shallow.observed, fly, "machines"));
      if (!isConverging(intent, now.observed.record)) return now;
    }
    // A list that lags may not show a silo at all: then nothing says which key it is under.
    const isSpared =
      intent.kind === "apply" ||
      (intent.kind === "rotate-master" && shallow.observed.record !== undefined);
    if (isSpared && isAsWanted(shallow)) {
      const { observed } = shallow;
      const now = await lookTwice(
        isClose ? await observeAgain(owner, observed, fly, "machines") : observed,
      );
      if (isAsWanted(now)) return now;
    }
    if (intent.kind === "destroy" && shallow.plan.refusals.length > 0) {
      // A refusal by a list that lags may be out of date.
      const now = look(await observeAgain(owner, shallow.observed, fly, "machines"));
      if (now.plan.refusals.length > 0) return now;
    }
  }
  return lookTwice(await observeDeep(owner, fly));
}

const isAsWanted = ({ observed, plan }: Look): boolean =>
  plan.steps.length === 0 &&
  plan.refusals.length === 0 &&
  observed.record?.phase === undefined &&
  observed.record?.degraded === undefined;

/** A silo that is there may stay in a region that Fly has retired; nothing new is made in one. */
function withRegion(silo: Silo, look: Look, regions: readonly FlyRegion[]): Look {
  const { observed, plan } = look;
  const isThere = Object.values(observed.services).some(({ machines }) => machines.length > 0);
  if (isThere && !isToMove(silo, { kind: "apply" }, observed)) return look;
  const region = regions.find(({ code }) => code === silo.region);
  if (region && !region.deprecated) return look;
  const refusal = {
    silo: silo.slug,
    message: `${silo.file}: Fly ${region ? "has retired" : "does not know"} the region ${silo.region}`,
    fix: "choose another fly_region; `silo regions` lists them",
  };
  return { observed, plan: { ...plan, refusals: [...plan.refusals, refusal] } };
}

/** What a spec says that this run cannot see to. */
function unseenNotes({ slug, spec }: Silo, { hasNetlify }: Specs): string[] {
  if (spec.netlify === undefined || hasNetlify) return [];
  return [`${slug}: netlify: not kept current: NETLIFY_AUTH_TOKEN is not set`];
}

function degradedNotes(silo: Silo, look: Look | undefined, now: number): string[] {
  const text = look ? degradedText(statusOf(silo, look.observed, { now })) : "";
  return text ? [`${silo.slug} is degraded ${text}`] : [];
}

/** It works on, but Fly may end that: the move is proposed, not made. */
function retiredNotes(silo: Silo, look: Look | undefined, regions: readonly FlyRegion[]): string[] {
  const home = look?.observed.home;
  if (!look || home === undefined || placedWhereItIs(silo, look.observed).region !== home)
    return [];
  const isRetired = regions.some(({ code, deprecated }) => code === home && deprecated);
  if (!isRetired && silo.region === home) return [];
  const to = silo.region === home ? "REGION" : silo.region;
  return [
    `${silo.slug} is in ${home}, which Fly has retired: \`silo move ${silo.slug} ${to}\`, then an apply, takes it elsewhere with its data`,
  ];
}

function fleetNotes(fleets: Fleets, specs: Specs): string[] {
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
    const isOurs = machines.some((machine) => isMarked(machine, config.manager_id));
    const prefix = app.slice(0, app.lastIndexOf("-"));
    if (isOurs && !prefixes.has(prefix)) orphans.add(prefix);
  }
  return [...orphans]
    .sort()
    .map((prefix) => `${prefix}-*: is there without a spec; nothing was changed`);
}
