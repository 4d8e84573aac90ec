/** The evidence of idleness: metrics of whole organisations, then what only a candidate is asked for. */

import { appName, appPrefix, serviceNames } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { decideIdle, type Idleness } from "#state/idle.ts";
import type { Asked, IdleEvidence } from "#state/idle-evidence.ts";
import { type AppMetrics, everySilo, readMetrics, type ServiceMetrics } from "#state/metrics.ts";
import { currentMachine, isDown, type ObservedSilo } from "#state/observed.ts";
import { failingServices, type Phase, phaseOf } from "#state/phase.ts";
import { type DatabaseUse, readDatabaseUse } from "#state/sessions.ts";
import type { Clock } from "#world/effects.ts";
import type { FlyReads, FlyWrites } from "#world/fly.ts";

export interface SeenSilo {
  readonly silo: Silo;
  readonly observed: ObservedSilo;
  /** In words, when its budget is used up: then it is stopped as soon as it is idle at all. */
  readonly overBudget?: string | undefined;
}

export interface IdleLook extends SeenSilo {
  readonly evidence: IdleEvidence;
  readonly idleness: Idleness;
}

/** For each in its order; sessions are not asked for. The calls are as many for one silo as for all. */
export async function readIdleness(
  seen: readonly SeenSilo[],
  { fly, clock }: { readonly fly: FlyReads; readonly clock: Clock },
  before?: IdleEvidence["before"],
): Promise<readonly IdleLook[]> {
  const byOrg = Map.groupBy(seen, ({ silo }) => silo.spec.devenv.fly_org);
  const metrics = new Map(
    await Promise.all(
      [...byOrg].map(async ([org, some]) => [org, await metricsOf(org, some, fly)] as const),
    ),
  );
  const now = clock.now();
  return seen.map(({ silo, observed, overBudget }) => {
    const measured = metrics.get(silo.spec.devenv.fly_org);
    return look({
      silo,
      observed,
      overBudget,
      evidence: {
        now,
        phase: phaseNow(observed),
        autoStopMinutes:
          overBudget === undefined ? silo.spec.devenv.auto_stop_minutes : firstIdleMinutes,
        upSince: upSinceOf(observed),
        holds: observed.record?.holds ?? [],
        lastUse: observed.record?.lastUse,
        metrics: metricsOfSilo(silo, measured?.found ?? { kind: "unasked" }),
        lookBackMinutes: measured?.lookBackMinutes ?? 0,
        database: { kind: "unasked" },
        ...(before && { before }),
      },
    });
  });
}

/** The same, and who is connected to its Postgres. */
export async function withSessions(
  { silo, observed, overBudget, evidence }: IdleLook,
  fly: Pick<FlyWrites, "exec">,
  clock: Clock,
): Promise<IdleLook> {
  const machine = currentMachine(observed.services.postgres);
  const database: Asked<DatabaseUse> =
    machine === undefined
      ? { kind: "failed", why: "it has no machine" }
      : await asked(readDatabaseUse(fly, appName(silo.slugs, "postgres"), machine.id));
  return look({
    silo,
    observed,
    overBudget,
    evidence: { ...evidence, now: clock.now(), database },
  });
}

/** The least that a spec may say: what came before is in the metrics by then. */
const firstIdleMinutes = 5;

const look = (parts: Omit<IdleLook, "idleness">): IdleLook => ({
  ...parts,
  idleness: decideIdle(parts.evidence),
});

async function asked<T>(work: Promise<T>): Promise<Asked<T>> {
  try {
    return { kind: "seen", value: await work };
  } catch (error) {
    return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
  }
}

interface OrgMetrics {
  readonly lookBackMinutes: number;
  readonly found: Asked<ReadonlyMap<string, AppMetrics>>;
}

/** Far enough for the last use of a silo that is due to be stopped, and of one whose tick is late. */
const spareMinutes = 60;

async function metricsOf(
  org: string,
  seen: readonly SeenSilo[],
  fly: FlyReads,
): Promise<OrgMetrics> {
  const up = seen.filter(({ observed }) => !isDown(observed));
  const [only, ...others] = up;
  const longest = Math.max(0, ...up.map(({ silo }) => silo.spec.devenv.auto_stop_minutes));
  const lookBackMinutes = longest + spareMinutes;
  if (!only) return { lookBackMinutes, found: { kind: "unasked" } };
  const prefix = others.length === 0 ? appPrefix(only.silo.slugs) : everySilo;
  return {
    lookBackMinutes,
    found: await asked(readMetrics(fly, { org, prefix, lookBackMinutes })),
  };
}

function metricsOfSilo(
  { slugs }: Silo,
  found: Asked<ReadonlyMap<string, AppMetrics>>,
): Asked<ServiceMetrics> {
  if (found.kind !== "seen") return found;
  const each = serviceNames.flatMap((name) => {
    const measured = found.value.get(appName(slugs, name));
    return measured ? [[name, measured] as const] : [];
  });
  return { kind: "seen", value: Object.fromEntries(each) };
}

/** One look that fails is enough to prove nothing by requests. */
function phaseNow(observed: ObservedSilo): Phase {
  const phase = phaseOf(observed);
  return phase === "running" && failingServices(observed).length > 0 ? "degraded" : phase;
}

/** Since the last start of any of its machines. */
function upSinceOf({ record, services }: ObservedSilo): number | undefined {
  const starts = [
    record?.startedAt === undefined ? undefined : Date.parse(record.startedAt),
    ...serviceNames.map((name) => currentMachine(services[name])?.startedAt),
  ].filter((at) => at !== undefined && Number.isFinite(at));
  return starts.length === 0 ? undefined : Math.max(...starts.map(Number));
}
