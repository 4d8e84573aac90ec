/** Puts the parts of the cloud together, empty or as it was saved. */

import { createChecks } from "./checks.ts";
import type { Cloud } from "./cloud.ts";
import type { MachineRow } from "./entities.ts";
import { Guests, type HoldTime } from "./guests.ts";
import { Ids } from "./ids.ts";
import { flyLatency, noLatency } from "./latency.ts";
import { Lifecycle } from "./lifecycle.ts";
import { createNeighbourhood } from "./neighbourhood.ts";
import type { FlyEmulatorOptions } from "./options.ts";
import { FlyStore } from "./store.ts";

/** VictoriaMetrics shows no sample before it is so old, unless it is told otherwise. */
const usualMetricsLagMs = 30_000;

export function createCloud(options: FlyEmulatorOptions): Cloud {
  const { clock, state } = options;
  const latency = options.latency === "fly" ? flyLatency : noLatency;
  const orgListLagMs = options.orgListLagMs ?? latency.orgListLagMs;
  const store = new FlyStore();
  const ids = new Ids(state?.random ?? options.seed ?? 1);
  const holdTime: HoldTime = (work) => clock.whileRealWork?.(work) ?? work;
  const neighbours = createNeighbourhood(store, () => guests);
  const guests = new Guests({
    store,
    workloadFor: options.workloadFor,
    neighbours: () => neighbours,
    holdTime,
  });
  const life = new Lifecycle({ store, ids, latency, guests, orgListLagMs, now: () => clock.now() });
  const checks = createChecks({ guests, neighbours, holdTime, ticks: latency.checkTicks });
  if (state) {
    store.load(state);
    resumeAll(store, life, clock.now());
  }
  const orgs = options.orgs ?? [];
  return {
    clock,
    store,
    ids,
    latency,
    life,
    guests,
    checks,
    neighbours,
    holdTime,
    orgListLagMs,
    metricFaults: { lagMs: options.metricsLagMs ?? usualMetricsLagMs, gaps: [] },
    orgs,
  };
}

/**
 * What ran when the state was saved must boot again, in its old order: nothing of it is left in
 * this process.
 */
function resumeAll(store: FlyStore, life: Lifecycle, nowMs: number): void {
  const rows = [...store.machines.values()];
  const up = rows.filter(wasUp).toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
  for (const [index, row] of up.entries()) {
    row.ports = [];
    row.listeningMs = undefined;
    life.schedule(row, { at: nowMs - up.length + 1 + index, kind: "revive" });
  }
  for (const row of rows) {
    if (row.next && row.next.kind !== "revive") life.schedule(row, row.next);
  }
}

function wasUp({ startedMs, next }: MachineRow): boolean {
  return startedMs !== undefined && (next === undefined || next.kind === "listen");
}
