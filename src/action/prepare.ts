/**
 * `command: prepare`, after a push: the plan of the whole fleet again, compared with what the merged
 * pull requests showed. What apply may do follows from it, and whether somebody has to agree first.
 */

import { run as runPlan } from "#commands/plan.ts";
import { readSpecs } from "#commands/specs.ts";
import type { CommandContext, ExitCode } from "#commands/types.ts";
import { joinPlans, type Plan } from "#engine/plan.ts";
import { escaped } from "#render/markdown.ts";
import { count } from "#render/plan-words.ts";
import { Refused } from "#silo/errors.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Silo } from "#silo/silo.ts";
import { needsAdministration } from "./administration.ts";
import { approvedPlans } from "./approved-plans.ts";
import { assertGates } from "./assert-gates.ts";
import { readChange } from "./change.ts";
import { type Decision, decide } from "./decide.ts";
import { matrixOf } from "./matrix.ts";
import type { Step } from "./step.ts";

export async function prepare(step: Step, context: CommandContext): Promise<ExitCode> {
  const { event, inputs, runner } = step;
  if (event.ref !== `refs/heads/${event.defaultBranch}`) {
    throw new Refused(`${event.ref} is not the default branch`, {
      exitCode: 2,
      fix: "apply runs on a push to the default branch, or is dispatched there",
    });
  }
  const { plan, removed } = await planOf(context);
  const { tell: _, ...quiet } = context;
  const specs = readSpecs({ ...quiet, options: { ...context.options, quiet: true } });
  const connection = await step.github();
  const change = await readChange(connection, event, inputs, specs.silos);
  const approved = await approvedPlans(connection, event, inputs.silosDir);
  const decision = decide(plan, [...specs.selected, ...removed.silos], change, approved);
  const going = joinPlans(decision.going);
  const isWaiting = decision.reasons.length > 0;
  if (decision.going.length > 0) {
    await assertGates(step, ["silo-manager", ...(isWaiting ? (["silo-approve"] as const) : [])]);
  }
  runner.output("changed", String(decision.going.length > 0));
  runner.output("plan-digest", going.digest);
  runner.output("matrix", JSON.stringify(await matrixOf(decision.going)));
  runner.output("needs-approval", String(isWaiting));
  runner.output("reason", oneLine(decision.reasons));
  runner.output("administration", String(await needsAdministration(connection, specs, going)));
  step.preface.push(prefaceOf(decision, approved.pulls));
  context.tell?.({ kind: "plan", plan: going, notes: removed.notes });
  for (const reason of decision.reasons)
    context.output.note(`needs approval: ${plainText(reason)}\n`);
  return 0;
}

/** As `plan` makes it, with its refusals: those of a silo do not hold up the others. */
async function planOf(context: CommandContext) {
  let made:
    | { plan: Plan; removed: { silos: readonly Silo[]; notes: readonly string[] } }
    | undefined;
  await runPlan({
    ...context,
    tell(shown) {
      if (shown.kind === "plan") {
        const { plan, removed = { silos: [], notes: [] } } = shown;
        made = { plan, removed };
      }
      context.tell?.(shown);
    },
  });
  if (!made) throw new Error("A plan that was made is told");
  return made;
}

const mostReasons = 50;

function prefaceOf({ going, reasons }: Decision, pulls: readonly number[]): string {
  if (going.length === 0) return "Nothing is to be done.";
  const shown = pulls.map((number) => `#${number}`).join(", ");
  if (reasons.length === 0) {
    return `Goes ahead: the same as ${shown || "the plan"} showed, or less.`;
  }
  const lines = reasons.slice(0, mostReasons).map((reason) => `> - ${escaped(reason)}`);
  const more = reasons.length - lines.length;
  return [
    "> [!WARNING]",
    `> Waits for approval, for ${count(reasons.length, "reason")}:`,
    ...lines,
    ...(more > 0 ? [`> - … and ${more} more`] : []),
  ].join("\n");
}

function oneLine(reasons: readonly string[]): string {
  const [first = "", ...others] = reasons;
  const text = others.length > 0 ? `${first}; and ${others.length} more` : first;
  return plainText(text).slice(0, 300);
}
