/** What the proxy counted. Counters never go down, and a status has a series from its first answer on. */

import type { TrafficRow } from "../entities.ts";
import type { FlyStore } from "../store.ts";
import type { Source } from "./sample.ts";

/** At the edge: every answer to the public, the proxy's own included. */
export function* edgeSeries(store: FlyStore, org: string): Iterable<Source> {
  for (const { app, region, rows } of trafficOf(store, org)) {
    const labels = { app, region, host: `edge-${region}` };
    for (const [status, some] of Map.groupBy(rows, (row) => row.status)) {
      yield { labels: { ...labels, status: String(status) }, valueAt: counter(some) };
    }
  }
}

/** What machines answered. */
export function* instanceRequestSeries(store: FlyStore, org: string): Iterable<Source> {
  for (const { app, region, rows } of trafficOf(store, org)) {
    const answered = rows.filter(({ instance }) => instance !== undefined);
    const key = ({ instance, status }: TrafficRow) => `${instance} ${status}`;
    for (const some of Map.groupBy(answered, key).values()) {
      const [{ instance = "", status = 0 } = {}] = some;
      const labels = { app, region, host: `host-${instance}`, instance, status: String(status) };
      yield { labels, valueAt: counter(some) };
    }
  }
}

/** Requests that machines are answering at the moment. */
export function* openRequestSeries(store: FlyStore, org: string): Iterable<Source> {
  for (const row of store.machines.values()) {
    if (row.org !== org) continue;
    const { app, region, id: instance, runs } = row;
    const open = store.longRequests.filter((request) => request.instance === instance);
    yield {
      labels: { app, region, host: row.host, instance },
      valueAt: (atMs) =>
        runs.some(({ fromMs, toMs = Infinity }) => fromMs <= atMs && atMs < toMs)
          ? open.filter(({ fromMs, toMs = Infinity }) => fromMs <= atMs && atMs < toMs).length
          : undefined,
    };
  }
}

function* trafficOf(store: FlyStore, org: string) {
  for (const [app, rows] of store.traffic) {
    if (store.apps.get(app)?.org !== org) continue;
    const region = store.machinesOf(app)[0]?.region ?? "iad";
    yield { app, region, rows };
  }
}

/** Asked for one time after another, each later than the last. */
function counter(rows: readonly TrafficRow[]): Source["valueAt"] {
  let next = 0;
  let total = 0;
  return (atMs) => {
    for (let row = rows[next]; row && row.atMs <= atMs; row = rows[++next]) total += row.count;
    return total === 0 ? undefined : total;
  };
}
