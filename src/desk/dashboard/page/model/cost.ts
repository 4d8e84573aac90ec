/** What a silo costs, by its parts, as `/cost` of the desk and a snapshot say it. */

import { amount, isRecord, text } from "./fleet.ts";

export interface CostParts {
  readonly pricesAsOf: string;
  readonly hourlyUsd: number | null;
  readonly hourlyStoppedUsd: number | null;
  readonly monthlyAlwaysOnUsd: number | null;
  readonly monthlyStoppedUsd: number | null;
  readonly lines: readonly CostLine[];
}

export interface CostLine {
  readonly service: string;
  readonly item: string;
  readonly what: string;
  readonly monthlyUsd: number;
}

export function parseCost(data: unknown): CostParts | undefined {
  if (!isRecord(data) || !Array.isArray(data.lines)) return undefined;
  return {
    pricesAsOf: text(data.prices_as_of) ?? "",
    hourlyUsd: amount(data.hourly_usd),
    hourlyStoppedUsd: amount(data.hourly_stopped_usd),
    monthlyAlwaysOnUsd: amount(data.monthly_always_on_usd),
    monthlyStoppedUsd: amount(data.monthly_stopped_usd),
    lines: data.lines.flatMap((line: unknown) => parseLine(line) ?? []),
  };
}

function parseLine(data: unknown): CostLine | undefined {
  if (!isRecord(data)) return undefined;
  const [service, item, what] = [text(data.service), text(data.item), text(data.what)];
  const monthlyUsd = amount(data.monthly_usd);
  if (service === null || item === null || what === null || monthlyUsd === null) return undefined;
  return { service, item, what, monthlyUsd };
}
