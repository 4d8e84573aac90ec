/**
 * What the desk sees, read once for all who ask. Lists of whole organisations for the overview, the
 * machines of one silo for everything about that one; a context is given by a look that began after
 * it was asked for.
 */

import { ownerOf } from "#commands/owner.ts";
import { readFleet } from "#commands/read-fleets.ts";
import { type IdleLook, readIdleness } from "#commands/read-idleness.ts";
import { withRememberedMetrics } from "#commands/remembered-metrics.ts";
import type { Silo } from "#silo/silo.ts";
import { type FleetView, observeAgain, observeDeep, observeShallow } from "#state/observe.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { Clock } from "#world/effects.ts";
import type { FlyReads } from "#world/fly.ts";
import type { DeskSpecs } from "./read-desk-specs.ts";
import { type SharedRead, sharedRead } from "./shared-read.ts";
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

const goodFor = { specsMs: 10_000, fleetMs: 3_000, siloMs: 2_000, statusMs: 30_000 } as const;
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
  const recentSpecs = () => specs.recent(goodFor.specsMs);
  const lists = new Map<string, SharedRead<FleetView>>();
  const list = (org: string) =>
    kept(lists, org, () => sharedRead(clock, spacingMs, () => readFleet(fly, org)));
  const fleet = sharedRead(clock, spacingMs, async (): Promise<FleetSight> => {
    const read = await recentSpecs();
    const { selected } = read.specs;
    const orgs = [...new Set(selected.map(orgOf))];
    const views = new Map(
      await Promise.all(
        orgs.map(async (org) => [org, await list(org).recent(goodFor.siloMs)] as const),
      ),
    );
    const seen = selected.flatMap((silo) => {
      const view = views.get(orgOf(silo));
      return view ? [{ silo, observed: observeShallow(ownerOf(silo, read.specs), view) }] : [];
    });
    return { ...read, at: clock.now(), looks: await readIdleness(seen, { fly, clock }) };
  });
  const failing = rememberFailing(clock);
  const machines = new Map<string, SharedRead<ObservedSilo>>();
  const machinesOf = (silo: Silo) =>
    kept(machines, silo.slug, () =>
      sharedRead(clock, spacingMs, async () => {
        const read = await recentSpecs();
        // Its spec may have changed since it was first asked for.
        const now = read.specs.selected.find(({ slug }) => slug === silo.slug) ?? silo;
        const owner = ownerOf(now, read.specs);
        const view = await list(orgOf(now)).recent(goodFor.fleetMs);
        const observed =
          view.errorRegions.length === 0
            ? await observeAgain(owner, observeShallow(owner, view), fly, "machines")
            : await observeDeep(owner, fly);
        return failing(now.slug, observed);
      }),
    );
  const statuses = sharedRead(clock, spacingMs, async () => readStatusTexts(await recentSpecs()));
  return {
    specs: recentSpecs,
    fleet: () => fleet.recent(goodFor.fleetMs),
    async silo(silo) {
      const observed = await machinesOf(silo).recent(goodFor.siloMs);
      const [look] = await readIdleness([{ silo, observed }], { fly, clock });
      if (!look) throw new Error("One silo was looked at");
      return look;
    },
    siloNow: (silo) => machinesOf(silo).fresh(),
    statusText: async ({ slug }) => (await statuses.recent(goodFor.statusMs)).get(slug),
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
