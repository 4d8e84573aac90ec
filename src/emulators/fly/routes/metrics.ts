import { type Call, ok, param, type Reply } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import { ApiProblem, unauthorized } from "../errors.ts";
import { evaluate } from "../metrics/evaluate.ts";
import { parseQuery, QueryProblem } from "../metrics/promql.ts";
import { type MetricFaults, samplesOf } from "../metrics/series.ts";
import type { Route } from "../router.ts";
import { mayUse } from "../tokens.ts";

export const metricRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/prometheus/:org/api/v1/query",
    action: "metrics-query",
    access: "read",
    run: query,
  },
];

/** What it cannot parse, VictoriaMetrics answers so. */
function query(call: Call, cloud: Cloud): Reply {
  try {
    return answer(call, cloud);
  } catch (error) {
    if (!(error instanceof QueryProblem)) throw error;
    return { status: 422, body: { status: "error", errorType: "422", error: error.message } };
  }
}

function answer(call: Call, cloud: Cloud): Reply {
  const org = param(call, "org");
  if (!mayUse(call.token, org)) throw unauthorized();
  if (org.includes("fault-metrics-down")) throw new ApiProblem(503, "metrics are unavailable");
  const atMs = momentOf(call);
  const expression = parseQuery(call.query.get("query") ?? "");
  const faults = faultsOf(org, cloud.metricFaults, call.at);
  const found = org.includes("fault-metrics-empty")
    ? []
    : evaluate(expression, atMs, (name, isWanted, span) =>
        samplesOf(cloud.store, org, name, isWanted, span, faults, call.at),
      );
  return ok({
    status: "success",
    isPartial: org.includes("fault-metrics-partial"),
    data: {
      resultType: "vector",
      result: found.map(({ labels, value }) => ({
        metric: labels,
        value: [atMs / 1_000, String(value)],
      })),
    },
  });
}

/** Seconds since the epoch, or a date. */
function momentOf(call: Call): number {
  const text = call.query.get("time");
  if (text === null) return call.at;
  const atMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text);
  if (Number.isNaN(atMs)) throw new QueryProblem(`cannot parse the time ${text}`);
  return atMs;
}

const hourMs = 3_600_000;
const lateMs = 20 * 60_000;
const gapMs = 10 * 60_000;

function faultsOf(org: string, faults: MetricFaults, nowMs: number): MetricFaults {
  const lagMs = org.includes("fault-metrics-late") ? lateMs : faults.lagMs;
  if (!org.includes("fault-metrics-gap")) return { ...faults, lagMs };
  // The first minutes of each hour.
  const hour = Math.floor(nowMs / hourMs) * hourMs;
  const gaps = [hour, hour - hourMs].map((fromMs) => ({ fromMs, toMs: fromMs + gapMs }));
  return { lagMs, gaps: [...faults.gaps, ...gaps] };
}
