/**
 * `silo cost`: what silos cost on Fly, from their specs and the price list; no account is needed but
 * for the hours that they were really awake.
 */

import { costJson, costText, type SiloCost } from "#render/cost.ts";
import { styleOf } from "#render/style.ts";
import { estimateCost } from "#silo/cost.ts";
import { prices } from "#silo/prices.ts";
import type { Silo } from "#silo/silo.ts";
import { spendingOf } from "#state/spending.ts";
import { observeNow } from "./read-fleets.ts";
import { readSpecs } from "./specs.ts";
import type { CommandContext, RunCommand, Specs } from "./types.ts";

/** Eight hours a day, every day. */
const scheduledHours = (8 / 24) * prices.hoursPerMonth;

export const run: RunCommand = async (context) => {
  const { output, options } = context;
  const specs = readSpecs(context);
  const hours = options.has("actual") ? await awakeHoursOf(context, specs) : new Map();
  const costs = specs.selected.map((silo): SiloCost => {
    const actual = hours.get(silo);
    return {
      silo,
      alwaysOn: estimateCost(silo),
      scheduled: estimateCost(silo, scheduledHours),
      stopped: estimateCost(silo, 0),
      ...(actual !== undefined && { actual: estimateCost(silo, actual) }),
    };
  });
  output.write(
    options.format === "json" ? costJson(costs) : costText(costs, styleOf(output.color)),
  );
  return 0;
};

/** Of the last 30 days, by the records of those that are there. */
async function awakeHoursOf(
  { connectFly, clock }: CommandContext,
  specs: Specs,
): Promise<ReadonlyMap<Silo, number>> {
  const { reads } = await connectFly();
  const observed = await observeNow(specs, reads);
  return new Map(
    specs.selected.flatMap((silo, index) => {
      const record = observed[index]?.record;
      return record ? [[silo, spendingOf(silo, record, clock.now()).hours30d] as const] : [];
    }),
  );
}
