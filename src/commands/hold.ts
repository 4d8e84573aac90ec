/** `silo hold`: a running silo stays awake until a time, whatever its use. */

import { Refused } from "#silo/errors.ts";
import { makePlan } from "./make-plan.ts";
import { personOf } from "./person.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { RunCommand } from "./types.ts";

const longestMinutes = 7 * 24 * 60;

export const run: RunCommand = async (context) => {
  const { operands, options, clock } = context;
  const [name, time, ...more] = operands;
  if (name === undefined || time === undefined || more.length > 0) {
    throw new Refused("Name one silo and for how long", {
      exitCode: 2,
      fix: "silo hold acme-erp 2h",
    });
  }
  const minutes = readMinutes(time);
  const specs = withSqlFiles(context, readSpecs({ ...context, operands: [name] }), "tell");
  const hold = {
    by: personOf(context.variable),
    until: clock.now() + minutes * 60_000,
    reason: options.value("reason") ?? "",
  };
  const intent = { kind: "hold", hold } as const;
  const connection = await context.connectFly();
  const { looks } = await makePlan(specs, intent, { fly: connection.fly, clock });
  return runSilos(context, specs, intent, looks, connection);
};

/** `90m`, `2h`, `1h30m`, `3d`. */
function readMinutes(text: string): number {
  const [whole, days = 0, hours = 0, minutes = 0] =
    /^(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,4})m)?$/.exec(text) ?? [];
  const total = (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
  if (whole && total > 0 && total <= longestMinutes) return total;
  throw new Refused(`"${text}" is no time to hold a silo for`, {
    exitCode: 2,
    fix: "say 90m, 2h, 1h30m or 3d; a week at most",
  });
}
