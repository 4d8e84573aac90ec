/** `silo apply`: plan and execute. With `--plan` exactly that plan, or less of it, or nothing. */

import type { ApprovedPlan } from "#engine/moved.ts";
import { planText } from "#render/plan-text.ts";
import { styleOf } from "#render/style.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Silo } from "#silo/silo.ts";
import { lookAtGitHub } from "./look-at-github.ts";
import { lookAtNetlify } from "./look-at-netlify.ts";
import { secondLook } from "./look-further.ts";
import { makePlan } from "./make-plan.ts";
import { assertNothingMoved, namedByPlan } from "./read-plan.ts";
import { assertStillRemoved, planRemovals, withRemovals } from "./removals.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { CommandContext, RunCommand, Specs } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { output, options } = context;
  const plan = namedByPlan(context);
  const approved = plan?.approved;
  // No name would mean all of them.
  if (approved?.length === 0) {
    output.note(`${plan?.file} holds no silo: nothing to do\n`);
    return 0;
  }
  const ending = (approved ?? []).filter(isEnding).map(({ silo }) => silo);
  const read =
    plan && approved ? withinPlan(chosenSpecs(context, approved), approved) : readSpecs(context);
  const specs = withSqlFiles(context, read, "refuse");
  const connection = await context.connectFly();
  const intent = { kind: "apply" } as const;
  const removals = await planRemovals(context, specs, connection.reads, ending);
  assertStillRemoved(ending, removals);
  // As closely as the plan looked, or what only this look could see would refuse it.
  const isClose = approved
    ? hasStep(approved, /\/(github-write-|degraded-open)/)
    : context.operands.length > 0;
  const setsValues = ({ slug }: Silo) =>
    hasStep(approved ?? [], new RegExp(`^${slug}/netlify-write$`));
  const known = { ...specs, silos: [...specs.silos, ...removals.silos] };
  const fleet = await makePlan(known, intent, {
    ...secondLook(context, connection.fly),
    reads: [
      ...(approved && !isClose ? [] : [lookAtGitHub(context)]),
      lookAtNetlify(context, approved && setsValues),
    ],
    isClose,
  });
  const whole = withRemovals(fleet.plan.silos, removals);
  const notes = [...removals.notes.map(plainText), ...fleet.notes];
  context.tell?.({ kind: "plan", plan: whole, notes });
  assertNothingMoved(context, approved, whole);
  if (!options.quiet) {
    for (const note of notes) output.note(`note: ${note}\n`);
    const isSeen = options.value("plan") !== undefined;
    if (options.format !== "json" && !isSeen)
      output.note(`${planText(whole, styleOf(output.noteColor))}\n`);
  }
  const selected = [...specs.selected, ...removals.silos];
  const looks = [...fleet.looks, ...removals.looks];
  return runSilos(context, { ...known, selected }, intent, looks, connection, {
    intentFor: (silo) => (removals.silos.includes(silo) ? removals.intent : intent),
  });
};

const isEnding = ({ intent }: ApprovedPlan): boolean => intent === "destroy";

/** No name would mean all of them. */
function chosenSpecs(context: CommandContext, approved: readonly ApprovedPlan[]): Specs {
  const names = approved.filter((one) => !isEnding(one)).map(({ silo }) => silo);
  const specs = readSpecs({ ...context, operands: names });
  return names.length > 0 ? specs : { ...specs, selected: [] };
}

/**
 * A plan of a pull request knows neither the values of `secret_env` nor, often, what stands on
 * GitHub. What only this run could know must not refuse every plan there is: the next apply that has
 * no plan sees to it.
 */
function withinPlan(specs: Specs, approved: readonly ApprovedPlan[]): Specs {
  return {
    ...specs,
    secretEnv: (silo, record) =>
      Object.fromEntries(
        Object.entries(specs.secretEnv(silo, record)).filter(([service]) =>
          hasStep(approved, new RegExp(`^${silo.slug}/${service}/secrets-set$`)),
        ),
      ),
  };
}

const hasStep = (approved: readonly ApprovedPlan[], key: RegExp): boolean =>
  approved.some(({ steps }) => steps.some((step) => key.test(step.key)));
