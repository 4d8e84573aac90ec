/** `silo rotate`: one more generation of every credential, or the end of a rotation that died. */

import { planText } from "#render/plan-text.ts";
import { styleOf } from "#render/style.ts";
import { Refused } from "#silo/errors.ts";
import { makePlan } from "./make-plan.ts";
import { rotationWish } from "./rotation-wish.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { operands, options, clock, output } = context;
  if (operands.length !== 1) {
    throw new Refused("Name one silo", { exitCode: 2, fix: "silo rotate acme-erp" });
  }
  const specs = withSqlFiles(context, readSpecs(context), "tell");
  const intent = { kind: "rotate", ...rotationWish(context, specs) } as const;
  const connection = await context.connectFly();
  const { looks, plan } = await makePlan(specs, intent, { fly: connection.fly, clock });
  if (!options.quiet && options.format !== "json") {
    // It follows the spec as well, as an apply does.
    output.note(`${planText(plan, styleOf(output.noteColor))}\n`);
  }
  return runSilos(context, specs, intent, looks, connection);
};
