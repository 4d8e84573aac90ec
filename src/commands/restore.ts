/** `silo restore`: data from a snapshot, in a new volume; the one that is replaced is kept for days. */

import { planText } from "#render/plan-text.ts";
import { styleOf } from "#render/style.ts";
import { Refused } from "#silo/errors.ts";
import { makePlan } from "./make-plan.ts";
import { assertNothingMoved, namedByPlan } from "./read-plan.ts";
import { readSnapshots } from "./read-snapshots.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { operands, options, output, clock } = context;
  const snapshot = options.value("snapshot");
  const named = namedByPlan(context);
  const [name, ...others] = named?.operands ?? operands;
  if (!name || others.length > 0 || !snapshot) {
    throw new Refused("Name one silo and a snapshot of it", {
      exitCode: 2,
      fix: `\`silo snapshots ${name ?? "acme-erp"}\` lists them`,
    });
  }
  const specs = withSqlFiles(context, readSpecs({ ...context, operands: [name] }), "refuse");
  const [silo] = specs.selected;
  if (!silo) throw new Error("One silo was chosen");
  const connection = await context.connectFly();
  const found = (await readSnapshots(connection.reads, silo)).find(({ id }) => id === snapshot);
  if (found?.status !== "created") {
    throw new Refused(
      found
        ? `The snapshot ${snapshot} is ${found.status}, not whole`
        : `${silo.slug} has no snapshot ${snapshot}`,
      { exitCode: 2, fix: `\`silo snapshots ${silo.slug}\` lists them` },
    );
  }
  const intent = { kind: "restore", snapshot, service: found.service } as const;
  const { looks, plan, notes } = await makePlan(specs, intent, { fly: connection.fly, clock });
  context.tell?.({ kind: "plan", plan, notes });
  assertNothingMoved(context, named?.approved, plan);
  const isRefused = plan.silos.some(({ refusals }) => refusals.length > 0);
  // A plan that is named was read by whoever names it.
  const isAllowed = options.has("allow-destroy") || options.value("plan") !== undefined;
  const isDry = options.has("dry-run");
  const isQuiet = options.quiet || options.format === "json";
  if (isDry || (!isRefused && (!isAllowed || !isQuiet))) {
    output.note(`${planText(plan, styleOf(output.noteColor))}\n`);
  }
  if (isDry) return isRefused ? 4 : 0;
  if (!isRefused && !isAllowed) {
    throw new Refused("Replacing data needs --allow-destroy", {
      exitCode: 4,
      fix: "read the plan above; nothing was changed",
    });
  }
  return runSilos(context, specs, intent, looks, connection);
};
