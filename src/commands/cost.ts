/** `silo cost`: what silos cost on Fly, from their specs and the price list; no account is needed. */

import { costJson, costText, type SiloCost } from "#render/cost.ts";
import { styleOf } from "#render/style.ts";
import { estimateCost } from "#silo/cost.ts";
import { prices } from "#silo/prices.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

/** Eight hours a day, every day. */
const scheduledHours = (8 / 24) * prices.hoursPerMonth;

export const run: RunCommand = async (context) => {
  const { output, options } = context;
  const costs: SiloCost[] = readSpecs(context).selected.map((silo) => ({
    silo,
    alwaysOn: estimateCost(silo),
    scheduled: estimateCost(silo, scheduledHours),
    stopped: estimateCost(silo, 0),
  }));
  output.write(
    options.format === "json" ? costJson(costs) : costText(costs, styleOf(output.color)),
  );
  return 0;
};
