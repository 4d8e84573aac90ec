/** `silo destroy`: guarded three times; a snapshot first; everything seen to be gone. */

import { planText } from "#render/plan-text.ts";
import { styleOf } from "#render/style.ts";
import { Refused } from "#silo/errors.ts";
import type { Silo } from "#silo/silo.ts";
import { assertBlastRadius } from "./blast-radius.ts";
import { destroyExpired } from "./destroy-expired.ts";
import { makePlan } from "./make-plan.ts";
import { assertNothingMoved, namedByPlan } from "./read-plan.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { operands, options, output, clock } = context;
  if (options.has("expired")) return destroyExpired(context);
  const named = namedByPlan(context);
  if (operands.length === 0 && !named) {
    throw new Refused("Name the silo to destroy", { exitCode: 2, fix: "silo destroy acme-erp" });
  }
  const specs = readSpecs(named ? { ...context, operands: named.operands } : context);
  assertBlastRadius(specs, specs.selected.length, {
    doing: "Destroying",
    fix: "destroy fewer at a time",
  });
  const graceDays = options.has("now") ? 0 : specs.config.guards.destroy_grace_days;
  const intent = { kind: "destroy", graceDays } as const;
  const connection = await context.connectFly();
  const { looks, plan, notes } = await makePlan(specs, intent, { fly: connection.fly, clock });
  context.tell?.({ kind: "plan", plan, notes });
  assertNothingMoved(context, named?.approved, plan);
  const isRefused = plan.silos.some(({ refusals }) => refusals.length > 0);
  const hasSteps = plan.silos.some(({ steps }) => steps.length > 0);
  const isUnallowed = hasSteps && !isRefused && !options.has("allow-destroy");
  const isDry = options.has("dry-run");
  const isQuiet = options.quiet || options.format === "json";
  // Whoever is to allow it must have seen it.
  if (isUnallowed || isDry || (!isQuiet && !isRefused)) {
    output.note(`${planText(plan, styleOf(output.noteColor))}\n`);
  }
  if (isDry) return isRefused ? 4 : 0;
  if (isUnallowed) {
    throw new Refused("Destroying data needs --allow-destroy", {
      exitCode: 4,
      fix: "read the plan above; nothing was changed",
    });
  }
  const exitCode = await runSilos(context, specs, intent, looks, connection);
  if (exitCode === 0 && graceDays > 0 && hasSteps && !options.quiet) {
    for (const silo of specs.selected) output.note(`${whatIsLeft(silo)}\n`);
  }
  return exitCode;
};

const whatIsLeft = ({ slug, file }: Silo): string =>
  `${slug}: its volumes are kept. Remove ${file}, or the next apply makes it again; ` +
  `\`silo destroy ${slug} --now --allow-destroy\` removes the rest (while the file is there)`;
