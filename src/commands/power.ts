/** `silo start`, `stop`, `restart`: plans of the same kind of steps, run by the same executor. */

import { Refused } from "#silo/errors.ts";
import { makePlan } from "./make-plan.ts";
import { wishOnRestart } from "./rotation-wish.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { CommandContext, ExitCode } from "./types.ts";

export async function runPower(
  kind: "start" | "stop" | "restart",
  context: CommandContext,
): Promise<ExitCode> {
  const { operands, options, clock } = context;
  if (operands.length === 0) {
    throw new Refused(`Name the silos to ${kind}`, { exitCode: 2, fix: `silo ${kind} acme-erp` });
  }
  const specs = withSqlFiles(context, readSpecs(context), "tell");
  const connection = await context.connectFly();
  const reason = options.value("reason");
  const rotation = kind === "restart" ? wishOnRestart(context, specs) : undefined;
  const intent = {
    kind,
    by: "dispatch",
    ...(reason !== undefined && { reason }),
    ...(rotation && { rotation }),
  } as const;
  const { looks } = await makePlan(specs, intent, { fly: connection.fly, clock });
  return runSilos(context, specs, intent, looks, connection);
}
