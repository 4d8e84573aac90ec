/** The Prometheus API of Fly, which is VictoriaMetrics: one query at this moment. */

import type { MetricValue } from "#world/fly.ts";
import { flag, list, object, ShapeError, text, textMap } from "../shape.ts";
import type { FlyCalls } from "./call.ts";
import { RefusedInAnswer } from "./failures.ts";

/** A query over an organisation is answered in a moment, or not worth waiting for. */
const timeoutMs = 20_000;

export function queryMetrics(
  calls: FlyCalls,
  org: string,
  query: string,
): Promise<readonly MetricValue[]> {
  return calls.call({
    action: "metrics.query",
    operation: `read the metrics of ${org}`,
    method: "GET",
    service: "metrics",
    path: [org, "api", "v1", "query"],
    query: [["query", query]],
    effect: "read",
    org,
    timeoutMs,
    read: ({ body }) => readVector(body),
  });
}

/** What is missing in an answer would be taken for silence: one that may lack something is none. */
function readVector(body: unknown): readonly MetricValue[] {
  const answer = object(body, "the answer");
  if (answer.status !== "success") {
    const why = typeof answer.error === "string" ? answer.error : "the query was refused";
    throw new RefusedInAnswer(why, "invalid");
  }
  if (answer.isPartial !== undefined && flag(answer.isPartial, "isPartial")) {
    throw new RefusedInAnswer("the answer is partial", "transient");
  }
  const data = object(answer.data, "data");
  if (data.resultType !== "vector") throw new ShapeError("data is no vector");
  return list(readValue)(data.result, "data.result");
}

function readValue(value: unknown, what: string): MetricValue {
  const sample = object(value, what);
  const [, given] = list((one) => one)(sample.value, `${what}.value`);
  const number = Number(text(given, `${what}.value[1]`));
  if (!Number.isFinite(number)) throw new ShapeError(`${what}.value[1] is no number`);
  return { labels: textMap(sample.metric, `${what}.metric`), value: number };
}
