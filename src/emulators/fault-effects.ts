/** What a fault does to a call: takes the place of its answer, or thins out a list. */

import type { Clock } from "#world/effects.ts";
import type { FaultRule } from "./faults.ts";

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const hangMs = 120_000;

/** Does not return for `timeout` and `reset`: the connection fails as undici would report it. */
export async function failWith(
  rule: FaultRule,
  clock: Clock,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  const { answer } = rule;
  if (answer === "timeout") {
    await clock.sleep(hangMs, signal);
    throw connectionError("UND_ERR_HEADERS_TIMEOUT", "headers timeout");
  }
  if (answer === "reset") throw connectionError("ECONNRESET", "socket hang up");
  if (answer === undefined || typeof answer === "string") return undefined;
  return {
    status: answer.status,
    body: answer.body ?? { error: "injected fault", message: "injected fault" },
  };
}

function connectionError(code: string, message: string): TypeError {
  const cause = Object.assign(new Error(message), { code });
  return new TypeError("fetch failed", { cause });
}

/** Lists are bare arrays, or the first array of the answer. */
export function thinOut(reply: Reply, rule: FaultRule): Reply {
  const { body } = reply;
  if (reply.status !== 200 || typeof body !== "object" || body === null) return reply;
  if (rule.answer === "empty-list") return { status: 200, body: withoutItems(body) };
  if (rule.answer !== "partial") return reply;
  const items: readonly unknown[] = Object.values(body).find(Array.isArray) ?? [];
  const first = items.map(regionOf).find((region) => region !== undefined);
  const regions = rule.regions ?? (first === undefined ? [] : [first]);
  const answering = (item: unknown) => !regions.includes(regionOf(item) ?? "");
  const kept = Object.entries(body).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.filter(answering) : value,
  ]);
  return { ...reply, body: { ...Object.fromEntries(kept), error_regions: regions } };
}

function withoutItems(body: object): unknown {
  if (Array.isArray(body)) return [];
  const kept = Object.entries(body).filter(([key]) => key !== "next_cursor");
  return Object.fromEntries(kept.map(([key, value]) => [key, Array.isArray(value) ? [] : value]));
}

function regionOf(item: unknown): string | undefined {
  const isPlaced = typeof item === "object" && item !== null && "region" in item;
  return isPlaced && typeof item.region === "string" ? item.region : undefined;
}
