/** `silo release`: an end to one's own hold, or to everybody's. */

import { Refused } from "#silo/errors.ts";
import type { Hold } from "#silo/holds.ts";
import { makePlan } from "./make-plan.ts";
import { personOf } from "./person.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { operands, options, clock, output } = context;
  if (operands.length === 0) {
    throw new Refused("Name the silo to release", { exitCode: 2, fix: "silo release acme-erp" });
  }
  const specs = withSqlFiles(context, readSpecs(context), "tell");
  const by = options.has("all") ? undefined : personOf(context.variable);
  const intent = { kind: "release", by } as const;
  const connection = await context.connectFly();
  const { looks } = await makePlan(specs, intent, { fly: connection.fly, clock });
  const exitCode = await runSilos(context, specs, intent, looks, connection);
  if (!options.quiet && by !== undefined) {
    for (const { plan, observed } of looks) {
      const others = observed.record?.holds.filter(isOfOthers(by, clock.now())) ?? [];
      for (const other of others) {
        output.note(`${plan.silo} is still held by ${other.by}; \`--all\` releases that too\n`);
      }
    }
  }
  return exitCode;
};

const isOfOthers =
  (by: string, now: number) =>
  (hold: Hold): boolean =>
    hold.by !== by && hold.until > now;
