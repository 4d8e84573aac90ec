/**
 * What Fly measures of apps and machines, as series of samples. Nothing is sampled while time goes
 * by: a query makes the samples it needs from what the proxy and the machines did.
 */

import type { FlyStore } from "../store.ts";
import { cpuSeries, memorySeries, upSeries } from "./machine-series.ts";
import { edgeSeries, instanceRequestSeries, openRequestSeries } from "./proxy-series.ts";
import type { Labels, Sample, Series, Source, Span } from "./sample.ts";

/** How measuring is disturbed. */
export interface MetricFaults {
  /** Samples are seen so late. */
  lagMs: number;
  /** Nothing was measured then. */
  gaps: { readonly fromMs: number; readonly toMs: number }[];
}

/** Documented for custom metrics; assumed for the built-in ones. */
export const scrapeMs = 15_000;

const families: Readonly<Record<string, (store: FlyStore, org: string) => Iterable<Source>>> = {
  fly_edge_http_responses_count: edgeSeries,
  fly_app_http_responses_count: instanceRequestSeries,
  fly_app_concurrency: openRequestSeries,
  fly_instance_up: upSeries,
  fly_instance_cpu: cpuSeries,
  fly_instance_memory_mem_total: (store, org) => memorySeries(store, org, "total"),
  fly_instance_memory_mem_available: (store, org) => memorySeries(store, org, "available"),
};

/** Of a name that nothing is measured under there is no series, as there. */
export function samplesOf(
  store: FlyStore,
  org: string,
  name: string,
  isWanted: (labels: Labels) => boolean,
  span: Span,
  faults: MetricFaults,
  nowMs: number,
): Series[] {
  const newestMs = Math.min(span.toMs, nowMs - faults.lagMs);
  const firstMs = Math.floor(span.fromMs / scrapeMs) * scrapeMs + scrapeMs;
  const found: Series[] = [];
  for (const { labels, valueAt } of families[name]?.(store, org) ?? []) {
    if (!isWanted(labels)) continue;
    const samples: Sample[] = [];
    for (let atMs = firstMs; atMs <= newestMs; atMs += scrapeMs) {
      if (faults.gaps.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)) continue;
      const value = valueAt(atMs);
      if (value !== undefined) samples.push({ atMs, value });
    }
    if (samples.length > 0) found.push({ labels, samples });
  }
  return found;
}
