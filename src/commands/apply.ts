/** `silo apply`: plan and execute. With `--plan` exactly that plan, or less of it, or nothing. */

import type { ApprovedPlan } from "#engine/moved.ts";
import { whatMoved } from "#engine/moved.ts";
import { planText } from "#render/plan-text.ts";
import { styleOf } from "#render/style.ts";
import { Refused } from "#silo/errors.ts";
import { type FleetPlan, makePlan } from "./make-plan.ts";
import { readApprovedPlan } from "./read-plan.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { output, options, files, clock } = context;
  const planFile = options.value("plan");
  const approved = planFile === undefined ? undefined : readApprovedPlan(files, planFile);
  if (approved && context.operands.length > 0) {
    throw new Refused("A plan names its own silos", { exitCode: 2, fix: "leave the names out" });
  }
  // No name would mean all of them.
  if (approved?.length === 0) {
    output.note(`${planFile} holds no silo: nothing to do\n`);
    return 0;
  }
  const specs = readSpecs(
    approved ? { ...context, operands: approved.map(({ silo }) => silo) } : context,
  );
  const connection = await context.connectFly();
  const intent = { kind: "apply" } as const;
  const fleet = await makePlan(specs, intent, { fly: connection.fly, clock });
  if (approved) assertNothingMoved(approved, fleet);
  if (!options.quiet) {
    for (const note of fleet.notes) output.note(`note: ${note}\n`);
    const isSeen = approved !== undefined;
    if (options.format !== "json" && !isSeen)
      output.note(`${planText(fleet.plan, styleOf(output.noteColor))}\n`);
  }
  return runSilos(context, specs, intent, fleet.looks, connection);
};

function assertNothingMoved(approved: readonly ApprovedPlan[], { plan }: FleetPlan): void {
  const moved = plan.silos.flatMap((now) => {
    const before = approved.find(({ silo }) => silo === now.silo);
    const lines = before ? whatMoved(before, now) : ["it is not in the plan"];
    return lines.map((line) => `${now.silo}: ${line}`);
  });
  if (moved.length === 0) return;
  throw new Refused(`The world moved since the plan was made:\n  ${moved.join("\n  ")}`, {
    exitCode: 4,
    fix: "make and approve a new plan",
  });
}
