/**
 * What Fly measured of the apps of an organisation, in a fixed number of queries for any number of
 * silos. Functions are those of MetricsQL, which Fly's metrics speak.
 */

import type { ServiceName } from "#silo/names.ts";
import type { FlyReads } from "#world/fly.ts";

export interface AppMetrics {
  /** When a request was last answered that counts as use; absent: none within the time looked at. */
  readonly lastRequestAt?: number;
  /** Answers to the public within that time, and those that count as use. */
  readonly answers: number;
  readonly usedAnswers: number;
  /** Requests that have been in the works for minutes. */
  readonly openRequests: number;
  /** Newest sample of the proxy's counters, and of the machine itself. */
  readonly proxySeenAt?: number;
  readonly machineSeenAt?: number;
  /** Per cent of one CPU over the last minutes. */
  readonly cpuPercent?: number;
  readonly memoryMb?: number;
}

/** Of one silo. */
export type ServiceMetrics = Readonly<Partial<Record<ServiceName, AppMetrics>>>;

export interface MetricsScope {
  readonly org: string;
  /** `devenv-acme-erp`, or a pattern for many. */
  readonly prefix: string;
  readonly lookBackMinutes: number;
}

export const everySilo = "devenv-.*";

/**
 * Answers that bots get: what is refused or not there; the redirect to https, which a browser follows
 * by a request of its own; and failures.
 */
const bots = "301|401|403|404|429|5..";

const nothing: AppMetrics = { answers: 0, usedAnswers: 0, openRequests: 0 };

/** By app. Throws when any part of it cannot be read: a part that is missing looks like silence. */
export async function readMetrics(
  fly: Pick<FlyReads, "queryMetrics">,
  { org, prefix, lookBackMinutes }: MetricsScope,
): Promise<ReadonlyMap<string, AppMetrics>> {
  const span = `[${lookBackMinutes}m]`;
  const web = `app=~"${prefix}-(kong|studio)"`;
  const answered = `fly_edge_http_responses_count{${web}}`;
  const used = `fly_edge_http_responses_count{${web},status!~"${bots}"}`;
  const all = `{app=~"${prefix}-(pg|rest|auth|kong|storage|studio)"}`;
  const cpu = all.replace("}", `,mode!~"idle|iowait|steal"}`);
  const queries: readonly Query[] = [
    [`max by (app) (tlast_change_over_time(${used}${span}))`, inMs("lastRequestAt")],
    [`sum by (app) (increase(${answered}${span}))`, (value) => ({ answers: Math.round(value) })],
    [`sum by (app) (increase(${used}${span}))`, (value) => ({ usedAnswers: Math.round(value) })],
    [
      `max by (app) (min_over_time(fly_app_concurrency{${web}}[3m]))`,
      (openRequests) => ({ openRequests }),
    ],
    [`max by (app) (tlast_over_time(${answered}${span}))`, inMs("proxySeenAt")],
    [`max by (app) (tlast_over_time(fly_instance_up${all}${span}))`, inMs("machineSeenAt")],
    [`sum by (app) (rate(fly_instance_cpu${cpu}[5m]))`, (cpuPercent) => ({ cpuPercent })],
    [
      `max by (app) (fly_instance_memory_mem_total${all} - fly_instance_memory_mem_available${all})`,
      (bytes) => ({ memoryMb: Math.round(bytes / 2 ** 20) }),
    ],
  ];
  const found = new Map<string, AppMetrics>();
  const answers = await Promise.all(queries.map(([query]) => fly.queryMetrics(org, query)));
  for (const [index, [, read]] of queries.entries()) {
    for (const { labels, value } of answers[index] ?? []) {
      const { app } = labels;
      if (app) found.set(app, { ...(found.get(app) ?? nothing), ...read(value) });
    }
  }
  return found;
}

type Query = readonly [query: string, read: (value: number) => Partial<AppMetrics>];

const inMs = (field: "lastRequestAt" | "proxySeenAt" | "machineSeenAt") => (seconds: number) => ({
  [field]: seconds * 1_000,
});
