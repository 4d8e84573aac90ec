/** `silo end-rls`: weaker modes of row level security whose time is over. Needs no master key. */

import { makePlan } from "./make-plan.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const specs = readSpecs(context);
  const connection = await context.connectFly();
  const intent = { kind: "end-rls" } as const;
  const { looks } = await makePlan(specs, intent, { fly: connection.fly, clock: context.clock });
  return runSilos(context, specs, intent, looks, connection);
};
