/** What a command found, as GitHub shows it: outputs, annotations, summary, comment and status. */

import type { ExitCode } from "#commands/types.ts";
import { annotateFindings } from "./annotations.ts";
import { isProposal } from "./event.ts";
import { keepIssues } from "./keep-issues.ts";
import { markdownOf } from "./report.ts";
import { sayOnPull } from "./say-on-pull.ts";
import { handedPlan } from "./sealed-plan.ts";
import type { Found, Step } from "./step.ts";

/** GitHub drops a summary above 1 MiB whole. */
export const mostSummaryBytes = 1_000_000;

export async function present(step: Step, found: Found, exitCode: ExitCode): Promise<void> {
  const { runner, inputs, event } = step;
  if (found.findings) annotateFindings(runner, found.findings.findings);
  const isPrepared = inputs.command === "prepare";
  if (found.plan && !isPrepared) {
    const hasSteps = found.plan.plan.silos.some(({ steps }) => steps.length > 0);
    runner.output("plan-digest", found.plan.plan.digest);
    if (hasSteps) runner.output("plan", await handedPlan(found.plan.plan));
    if (!found.runs) runner.output("changed", String(hasSteps));
  }
  if (found.runs) {
    runner.output("changed", String(found.runs.runs.some(({ result }) => result !== "unchanged")));
  }
  const markdown = markdownOf(step, found, mostSummaryBytes);
  if (markdown !== "") {
    await runner.summarise(markdown);
    runner.output("summary-path", runner.keep("silo-summary.md", markdown));
  }
  if (found.drift) {
    runner.output("changed", String(found.drift.drifts.some(({ items }) => items.length > 0)));
  }
  if (inputs.comment && !isProposal(event)) await keepIssues(step, found);
  if (inputs.command === "plan" && inputs.comment && isProposal(event)) {
    await sayOnPull(step, found, exitCode);
  }
}
