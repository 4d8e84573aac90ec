/**
 * A budget is so many awake hours a month at the sizes of the spec: what it costs asleep is spent anyway.
 * And the smallest change of a spec that makes it good for more.
 */

import type { SiloConfig } from "./config.generated.ts";
import { estimateCost } from "./cost.ts";
import { prices } from "./prices.ts";
import type { Silo } from "./silo.ts";
import type { SiloSpec } from "./spec.generated.ts";

/** US dollars a month; absent: none. */
export const budgetOf = (
  { spec }: Silo,
  { budgets }: Pick<SiloConfig, "budgets">,
): number | undefined => spec.devenv.monthly_budget_usd ?? budgets.monthly_usd_per_silo;

/** Not above the hours of a month; below 0: even asleep it costs more. */
export function hoursOf(silo: Silo, budgetUsd: number): number {
  const { hourlyUsd, hourlyStoppedUsd } = estimateCost(silo);
  const asleepUsd = hourlyStoppedUsd * prices.hoursPerMonth;
  return Math.min(prices.hoursPerMonth, (budgetUsd - asleepUsd) / (hourlyUsd - hourlyStoppedUsd));
}

/** Whole dollars that are good for so many hours. */
export function budgetFor(silo: Silo, hours: number): number {
  const { hourlyUsd, hourlyStoppedUsd } = estimateCost(silo);
  const awake = Math.min(hours, prices.hoursPerMonth);
  return Math.ceil(hourlyUsd * awake + hourlyStoppedUsd * (prices.hoursPerMonth - awake));
}

export interface Fit {
  /** As one writes them: `services.studio.enabled: false`. */
  readonly edits: readonly string[];
  readonly hours: number;
}

/** The fewest edits, of those the ones that take least away; undefined when all together do not do. */
export function smallestFit(silo: Silo, budgetUsd: number, hours: number): Fit | undefined {
  const all = editsOf(silo);
  const fits = subsets(all)
    .map((edits) => {
      const edited = edits.reduce((one, { make }) => make(one), silo.spec.devenv.services);
      const smaller = withServices(silo, edited);
      return {
        edits: edits.map(({ text }) => text),
        hours: hoursOf(smaller, budgetUsd),
        rank: edits.reduce((sum, edit) => sum + all.indexOf(edit), 0),
      };
    })
    .filter((fit) => fit.edits.length > 0 && fit.hours >= Math.min(hours, prices.hoursPerMonth))
    .sort((a, b) => a.edits.length - b.edits.length || a.rank - b.rank);
  const [best] = fits;
  return best && { edits: best.edits, hours: best.hours };
}

type Services = SiloSpec["devenv"]["services"];

interface Edit {
  readonly text: string;
  readonly make: (services: Services) => Services;
}

/** Least missed first. Volumes are none: they only grow. */
function editsOf({ spec }: Silo): readonly Edit[] {
  const { studio, postgres } = spec.devenv.services;
  return [
    ...(studio.enabled ? [edit("studio", "enabled", false)] : []),
    ...(postgres.public ? [edit("postgres", "public", false)] : []),
    ...(["storage", "kong", "postgres"] as const).flatMap((name) => {
      const half = spec.devenv.services[name].memory_mb / 2;
      const least = name === "postgres" ? 512 : 256;
      return half >= least && half % 256 === 0 ? [edit(name, "memory_mb", half)] : [];
    }),
  ];
}

function edit(name: keyof Services, key: string, value: number | boolean): Edit {
  return {
    text: `services.${name}.${key}: ${value}`,
    make: (services) => ({ ...services, [name]: { ...services[name], [key]: value } }),
  };
}

function subsets<T>([first, ...others]: readonly T[]): readonly (readonly T[])[] {
  if (first === undefined) return [[]];
  const without = subsets(others);
  return [...without.map((some) => [first, ...some]), ...without];
}

const withServices = (silo: Silo, services: Services): Silo => ({
  ...silo,
  spec: { ...silo.spec, devenv: { ...silo.spec.devenv, services } },
});
