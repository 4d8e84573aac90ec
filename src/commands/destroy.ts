/** `silo destroy`: guarded three times; a snapshot first; everything seen to be gone. */

import { planText } from "#render/plan-text.ts";
import { styleOf } from "#render/style.ts";
import { Refused } from "#silo/errors.ts";
import type { Silo } from "#silo/silo.ts";
import { makePlan } from "./make-plan.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand, Specs } from "./types.ts";

/** Below so many silos a share says nothing. */
const shareFrom = 10;

export const run: RunCommand = async (context) => {
  const { operands, options, output, clock } = context;
  if (operands.length === 0) {
    throw new Refused("Name the silo to destroy", { exitCode: 2, fix: "silo destroy acme-erp" });
  }
  const specs = readSpecs(context);
  assertBlastRadius(specs);
  const graceDays = options.has("now") ? 0 : specs.config.guards.destroy_grace_days;
  const intent = { kind: "destroy", graceDays } as const;
  const connection = await context.connectFly();
  const { looks, plan } = await makePlan(specs, intent, { fly: connection.fly, clock });
  const isRefused = plan.silos.some(({ refusals }) => refusals.length > 0);
  const hasSteps = plan.silos.some(({ steps }) => steps.length > 0);
  const isUnallowed = hasSteps && !isRefused && !options.has("allow-destroy");
  const isQuiet = options.quiet || options.format === "json";
  // Whoever is to allow it must have seen it.
  if (isUnallowed || (!isQuiet && !isRefused)) {
    output.note(`${planText(plan, styleOf(output.noteColor))}\n`);
  }
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

function assertBlastRadius({ selected, silos, config }: Specs): void {
  const { max_destroy_count, max_destroy_share } = config.guards;
  const share = selected.length / Math.max(silos.length, 1);
  const isTooMany = selected.length > max_destroy_count;
  const isTooLarge = silos.length >= shareFrom && share > max_destroy_share;
  if (!isTooMany && !isTooLarge) return;
  const limit = isTooMany
    ? `max_destroy_count is ${max_destroy_count}`
    : `max_destroy_share is ${max_destroy_share} of ${silos.length}`;
  throw new Refused(`Destroying ${selected.length} silos at once is too many: ${limit}`, {
    exitCode: 4,
    fix: "destroy fewer at a time, or raise the guard in silo.config.yml",
  });
}
