/** `silo plan`: what apply would do, and what it would cost. Writes nothing on Fly, by type. */

import { planJson } from "#render/plan-json.ts";
import { planMarkdown } from "#render/plan-markdown.ts";
import { planText } from "#render/plan-text.ts";
import { styleOf } from "#render/style.ts";
import { plainText } from "#silo/plain-text.ts";
import { lookAtGitHub } from "./look-at-github.ts";
import { lookAtNetlify } from "./look-at-netlify.ts";
import { secondLook } from "./look-further.ts";
import { makePlan } from "./make-plan.ts";
import { findRemovals, withRemovals } from "./removals.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async ({ output, options, files, clock, ...context }) => {
  const everything = { output, options, files, clock, ...context };
  const specs = withSqlFiles(everything, readSpecs(everything), "refuse");
  const { reads: fly } = await context.connectFly();
  const isWhole = context.operands.length === 0 && context.formerSpecs !== undefined;
  const removals = isWhole ? await findRemovals(everything, specs, fly) : undefined;
  const made = await makePlan(
    { ...specs, silos: [...specs.silos, ...(removals?.silos ?? [])] },
    { kind: "apply" },
    {
      ...secondLook(everything, fly),
      reads: [lookAtGitHub(context), lookAtNetlify(everything)],
      isClose: context.operands.length > 0,
      ...(removals && { fleets: removals.fleets }),
    },
  );
  const plan = withRemovals(made.plan.silos, removals ?? { looks: [] });
  const removed = { silos: removals?.silos ?? [], notes: (removals?.notes ?? []).map(plainText) };
  const notes = [...removed.notes, ...made.notes];
  context.tell?.({ kind: "plan", plan, notes, removed });
  if (!options.quiet) for (const note of notes) output.note(`note: ${note}\n`);
  const out = options.value("out");
  if (out !== undefined) files.write(out, planJson(plan));
  const render = { json: planJson, markdown: planMarkdown, text: undefined, github: planMarkdown };
  output.write(render[options.format]?.(plan) ?? planText(plan, styleOf(output.color)));
  if (plan.silos.some(({ refusals }) => refusals.length > 0)) return 4;
  const isEmpty = plan.silos.every(({ steps }) => steps.length === 0);
  return options.has("detailed-exitcode") && !isEmpty ? 3 : 0;
};
