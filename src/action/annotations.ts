/** Findings at their lines. The runner keeps ten of a kind a step, and cuts a message at 4,096 characters. */

import { type Finding, isError } from "#spec/finding.ts";
import type { Runner } from "./runner.ts";

/** One is left for the end of the step. */
const mostOfAKind = 9;
const mostCharacters = 4_000;

export function annotateFindings(
  runner: Pick<Runner, "annotate">,
  findings: readonly Finding[],
): void {
  const errors = findings.filter(isError);
  const warnings = findings.filter((finding) => !isError(finding));
  for (const [kind, all] of [["error", errors] as const, ["warning", warnings] as const]) {
    // The last place tells of those that have none.
    const shown = all.length > mostOfAKind ? all.slice(0, mostOfAKind - 1) : all;
    for (const { file, line, column, code, message, fix } of shown) {
      const text = `${message}\nfix: ${fix}`.slice(0, mostCharacters);
      runner.annotate(kind, text, { file, line, column, title: code });
    }
    const more = all.length - shown.length;
    if (more > 0) runner.annotate(kind, `${more} more: see the summary of the job`);
  }
}
