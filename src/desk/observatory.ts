/**
 * What the desk sees, read once for all who ask. Lists of whole organisations for the overview, the
 * machines of one silo for everything about that one; a context is given by a look that began after
 * it was asked for.
 */

import { ownerOf } from "#commands/owner.ts";
import { readFleet } from "#commands/read-fleets.ts";
import { type IdleLook, readIdleness, type SeenSilo } from "#commands/read-idleness.ts";
import { withRememberedMetrics } from "#commands/remembered-metrics.ts";
import type { Silo } from "#silo/silo.ts";
import { type FleetView, observeAgain, observeDeep, observeShallow } from "#state/observe.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { Clock } from "#world/effects.ts";
import type { FlyReads } from "#world/fly.ts";
import type { DeskSpecs } from "./read-desk-specs.ts";
import { type Age, type SharedRead, sharedRead } from "./shared-read.ts";
import { rememberFailing } from "./two-looks.ts";

/** Everything at one moment, by the lists: health of services is not in them. */
export interface FleetSight extends DeskSpecs {
  readonly at: number;
  readonly looks: readonly IdleLook[];
}

export interface Observatory {
  specs(): Promise<DeskSpecs>;
  fleet(): Promise<FleetSight>;
  /** Each machine read, moments ago. */
  silo(silo: Silo): Promise<IdleLook>;
  /** Each machine read after the call. */
  siloNow(silo: Silo): Promise<ObservedSilo>;
  /** Text of the status file of the silo, as the last run left it. */
  statusText(silo: Silo): Promise<string | undefined>;
}

export interface ObservatorySources {
  readonly clock: Clock;
  readonly fly: FlyReads;
  readonly readSpecs: () => Promise<DeskSpecs>;
  readonly readStatusTexts: (specs: DeskSpecs) => Promise<ReadonlyMap<string, string>>;
}

const ages = {
  /** They say who may ask, too. */
  specs: { freshMs: 10_000, usableMs: 20_000 },
  /** Which machines there are: how they are is read of each. */
  list: { freshMs: 2_000, usableMs: 4_000 },
  listForFleet: { freshMs: 2_000, usableMs: 2_000 },
  fleet: { freshMs: 3_000, usableMs: 6_000 },
  silo: { freshMs: 2_000, usableMs: 4_000 },
  status: { freshMs: 30_000, usableMs: 60_000 },
} as const satisfies Record<string, Age>;
/** Fly allows five reads of one machine a second; this is four, whoever asks. */
const spacingMs = 250;

export function observatory({
  clock,
  fly: plain,
  readSpecs,
  readStatusTexts,
}: ObservatorySources): Observatory {
  const fly = withRememberedMetrics(plain, clock);
  const specs = sharedRead(clock, spacingMs, readSpecs);
  const recentSpecs = () => specs.recent(ages.specs);
  const lists = new Map<string, SharedRead<FleetView>>();
  const list = (org: string) =>
    kept(lists, org, () => sharedRead(clock, spacingMs, () => readFleet(fly, org)));
  const fleet = sharedRead(clock, spacingMs, async (): Promise<FleetSight> => {
    const read = await recentSpecs();
    const { selected } = read.specs;
    const orgs = [...new Set(selected.map(orgOf))];
    const views = new Map(
      await Promise.all(
        orgs.map(async (org) => [org, await list(org).recent(ages.listForFleet)] as const),
      ),
    );
    const seen = selected.flatMap((silo) => {
      const view = views.get(orgOf(silo));
      return view ? [{ silo, observed: observeShallow(ownerOf(silo, read.specs), view) }] : [];
    });
    return { ...read, at: clock.now(), looks: await readIdleness(seen, { fly, clock }) };
  });
  const failing = rememberFailing(clock);
  const machines = new Map<string, SharedRead<SeenSilo>>();
  const machinesOf = (silo: Silo) =>
    kept(machines, silo.slug, () =>
      sharedRead(clock, spacingMs, async () => {
        const read = await recentSpecs();
        // Its spec may have changed since it was first asked for.
        const now = read.specs.selected.find(({ slug }) => slug === silo.slug) ?? silo;
        const owner = ownerOf(now, read.specs);
        const view = await list(orgOf(now)).recent(ages.list);
        const observed =
          view.errorRegions.length === 0
            ? await observeAgain(owner, observeShallow(owner, view), fly, "machines")
            : await observeDeep(owner, fly);
        return { silo: now, observed: failing(now.slug, observed) };
      }),
    );
  const looks = new Map<string, SharedRead<IdleLook>>();
  const lookAt = (silo: Silo) =>
    kept(looks, silo.slug, () =>
      sharedRead(clock, spacingMs, async () => {
        const seen = await machinesOf(silo).fresh();
        const [look] = await readIdleness([seen], { fly, clock });
        if (!look) throw new Error("One silo was looked at");
        return look;
      }),
    );
  const statuses = sharedRead(clock, spacingMs, async () => readStatusTexts(await recentSpecs()));
  return {
    specs: recentSpecs,
    fleet: () => fleet.recent(ages.fleet),
    silo: (silo) => lookAt(silo).recent(ages.silo),
    siloNow: async (silo) => (await machinesOf(silo).fresh()).observed,
    statusText: async ({ slug }) => (await statuses.recent(ages.status)).get(slug),
  };
}

const orgOf = ({ spec }: Silo) => spec.devenv.fly_org;

function kept<T>(all: Map<string, T>, key: string, make: () => T): T {
  const there = all.get(key);
  if (there !== undefined) return there;
  const made = make();
  all.set(key, made);
  return made;
}
