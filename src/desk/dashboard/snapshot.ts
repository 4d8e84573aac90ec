/** What the page reads of a snapshot: a list of all silos, and for each what only its page shows. */

import { estimateCost } from "#silo/cost.ts";
import type { Silo } from "#silo/silo.ts";

export interface NotedSilo {
  readonly silo: Silo;
  /** The content of its status file, whatever it is; `undefined` where there is none. */
  readonly status: unknown;
}

/** The files by path. */
export function snapshotFiles(noted: readonly NotedSilo[], now: number): Map<string, unknown> {
  return new Map<string, unknown>([
    [
      "data/silos.json",
      { at: new Date(now).toISOString(), silos: noted.map((one) => listEntry(one)) },
    ],
    ...noted.flatMap(({ silo, status }): [string, unknown][] => [
      [`data/status/${silo.slug}.json`, status ?? null],
      [`data/cost/${silo.slug}.json`, costOf(silo)],
    ]),
  ]);
}

function listEntry({ silo, status }: NotedSilo) {
  const { devenv } = silo.spec;
  const cost = estimateCost(silo);
  return {
    silo: silo.slug,
    silo_id: silo.spec.silo_id,
    client: silo.slugs.client,
    app: silo.slugs.app,
    owner: silo.spec.owner ?? null,
    spec: {
      region: silo.region,
      auto_stop_minutes: devenv.auto_stop_minutes,
      monthly_budget_usd: devenv.monthly_budget_usd ?? null,
      monthly_always_on_usd: cost.monthlyAlwaysOnUsd,
      monthly_stopped_usd: cost.monthlyStoppedUsd,
    },
    status: withoutReceipt(status ?? null),
    may: [],
  };
}

/** It is half of a status, and no list shows it. */
function withoutReceipt(status: unknown): unknown {
  const hasOne = typeof status === "object" && status !== null && "receipt" in status;
  return hasOne ? { ...status, receipt: null } : status;
}

function costOf(silo: Silo) {
  const cost = estimateCost(silo);
  return {
    silo: silo.slug,
    region: cost.region,
    hourly_usd: cost.hourlyUsd,
    hourly_stopped_usd: cost.hourlyStoppedUsd,
    monthly_always_on_usd: cost.monthlyAlwaysOnUsd,
    monthly_stopped_usd: cost.monthlyStoppedUsd,
    prices_as_of: cost.pricesAsOf,
    lines: cost.lines.map(({ service, item, what, hourlyUsd, monthlyUsd }) => ({
      ...{ service, item, what, hourly_usd: hourlyUsd },
      monthly_usd: monthlyUsd,
    })),
  };
}
