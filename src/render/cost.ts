/** Estimates as tables: one silo by its parts, with the sum written out; many by silo, client and org. */

import type { CostEstimate, CostLine } from "#silo/cost.ts";
import { prices, regionMarkup } from "#silo/prices.ts";
import type { Silo } from "#silo/silo.ts";
import { usd } from "./plan-words.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

export interface SiloCost {
  readonly silo: Silo;
  readonly alwaysOn: CostEstimate;
  /** 8 h a day. */
  readonly scheduled: CostEstimate;
  readonly stopped: CostEstimate;
  /** With the awake hours of its last 30 days; absent where nobody looked, or it is not there. */
  readonly actual?: CostEstimate;
}

/** What is shown of an estimate, in this order. */
function waysOf(costs: readonly SiloCost[]) {
  const ways = [
    { title: "always on", json: "always_on", of: ({ alwaysOn }: SiloCost) => alwaysOn },
    { title: "8 h a day", json: "scheduled_8h", of: ({ scheduled }: SiloCost) => scheduled },
    { title: "stopped", json: "stopped", of: ({ stopped }: SiloCost) => stopped },
  ];
  const isLooked = costs.some(({ actual }) => actual !== undefined);
  const actual = { title: "actual", json: "actual", of: (cost: SiloCost) => cost.actual };
  return isLooked ? [...ways, actual] : ways;
}

type Ways = ReturnType<typeof waysOf>;

export function costText(costs: readonly SiloCost[], style: Style): string {
  if (costs.length === 0) return "There are no silos\n";
  const [only, ...others] = costs;
  const body = only && others.length === 0 ? oneSilo(only, style) : manySilos(costs, style);
  return `${body}\n\n${style.dim(leftOut)}\n`;
}

const leftOut = `Prices of ${prices.asOf}. Not in it: egress and snapshots, which depend on use; root file systems are rough.`;

function oneSilo(cost: SiloCost, style: Style): string {
  const { silo, alwaysOn, actual } = cost;
  const ways = waysOf([cost]);
  const rows = alwaysOn.lines.map((line, index) => [
    line.service,
    line.item,
    line.what,
    ...ways.map(({ of }) => usd(of(cost)?.lines[index]?.monthlyUsd ?? 0)),
  ]);
  const used = actual
    ? `; awake for ${Math.round(actual.hoursPerMonth)} h in the last 30 days`
    : "";
  return [
    `${style.bold(silo.slug)} in ${silo.region}, ${perHour(alwaysOn.hourlyUsd)} awake, ${perHour(alwaysOn.hourlyStoppedUsd)} stopped${used}`,
    "",
    table(
      ["service", "item", "size", ...ways.map(({ title }) => title)],
      [...rows, ["a month", "", "", ...monthsOf([cost], ways)]],
      3,
      style,
    ),
    "",
    style.dim(formulaOf(silo, alwaysOn)),
  ].join("\n");
}

/** So that anybody can check the sum with a pocket calculator. */
function formulaOf(silo: Silo, { lines, monthlyAlwaysOnUsd }: CostEstimate): string {
  const sizes = Object.values(silo.spec.devenv.services).filter(
    (service) => !("enabled" in service) || service.enabled,
  );
  const cpus = (kind: "shared" | "performance") =>
    sizes
      .filter(({ cpu_kind }) => cpu_kind === kind)
      .reduce((sum, service) => sum + service.cpus, 0);
  const gb = sizes.reduce((sum, { memory_mb }) => sum + memory_mb, 0) / 1024;
  const sum = (item: CostLine["item"]) =>
    lines.filter((line) => line.item === item).reduce((total, line) => total + line.monthlyUsd, 0);
  const machines = [
    ...(["shared", "performance"] as const)
      .filter((kind) => cpus(kind) > 0)
      .map((kind) => `${cpus(kind)} ${kind} CPU × $${prices.cpuMonth[kind]}`),
    `${round(gb)} GB × $${prices.memoryGbMonth}`,
  ].join(" + ");
  const volumeGb = sum("volume") / prices.volumeGbMonth;
  return [
    `machines  (${machines}) × ${regionMarkup(silo.region)} for ${silo.region} = $${sum("machine").toFixed(4)}`,
    `volumes   ${round(volumeGb)} GB × $${prices.volumeGbMonth} = ${usd(sum("volume"))}`,
    ...(sum("ipv4") > 0 ? [`addresses 1 dedicated IPv4 = ${usd(sum("ipv4"))}`] : []),
    `always on ${usd(monthlyAlwaysOnUsd)} for ${prices.hoursPerMonth} h; billed by the second`,
  ].join("\n");
}

function manySilos(costs: readonly SiloCost[], style: Style): string {
  const ways = waysOf(costs);
  const group = (title: string, keyOf: (cost: SiloCost) => string) => {
    const rows = [...Map.groupBy(costs, keyOf)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, members]) => [key, ...monthsOf(members, ways)]);
    return table([title, ...ways.map((way) => way.title)], rows, 1, style);
  };
  return [
    group("silo", ({ silo }) => silo.slug),
    group("client", ({ silo }) => silo.slugs.client),
    group("organisation", ({ silo }) => silo.spec.devenv.fly_org),
    group("all", () => `${costs.length} silos`),
  ].join("\n\n");
}

const monthsOf = (costs: readonly SiloCost[], ways: Ways): string[] =>
  ways.map(({ of }) => usd(costs.reduce((all, cost) => all + (of(cost)?.monthlyUsd ?? 0), 0)));

const perHour = (amount: number): string => `$${amount.toFixed(4)} an hour`;
const round = (value: number): number => Math.round(value * 1000) / 1000;

export function costJson(costs: readonly SiloCost[]): string {
  const ways = waysOf(costs);
  const monthly = (cost: SiloCost, pick: (of: CostEstimate) => number) =>
    Object.fromEntries(
      ways.map(({ json, of }) => {
        const estimate = of(cost);
        return [json, estimate ? pick(estimate) : null];
      }),
    );
  const silos = costs.map((cost) => {
    const { silo, alwaysOn, actual } = cost;
    return {
      silo: silo.slug,
      client: silo.slugs.client,
      fly_org: silo.spec.devenv.fly_org,
      fly_region: silo.region,
      hourly_usd: { awake: alwaysOn.hourlyUsd, stopped: alwaysOn.hourlyStoppedUsd },
      ...(actual && { awake_hours_30d: actual.hoursPerMonth }),
      monthly_usd: monthly(cost, ({ monthlyUsd }) => monthlyUsd),
      lines: alwaysOn.lines.map((line, index) => ({
        service: line.service,
        item: line.item,
        size: line.what,
        hourly_usd: line.hourlyUsd,
        monthly_usd: monthly(cost, ({ lines }) => lines[index]?.monthlyUsd ?? 0),
      })),
    };
  });
  return `${JSON.stringify({ prices_as_of: prices.asOf, silos }, null, 2)}\n`;
}
