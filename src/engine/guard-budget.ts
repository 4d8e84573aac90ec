/** A silo that has used up its budget sleeps; one that is awake is left to `auto-stop`. */

import type { Situation } from "#state/situation.ts";
import { budgetUse } from "#state/spending.ts";
import type { Step } from "#steps/types.ts";

export function budgetRefusals(
  { silo, record, power, budgetUsd, now }: Situation,
  steps: readonly Step[],
): { readonly message: string; readonly fix: string }[] {
  const isWaking = record?.power.desired === "stopped" && power.state === "running";
  if (!isWaking || !steps.some(({ kind }) => kind === "machine-start")) return [];
  const use = budgetUse(silo, record, budgetUsd, now);
  return use?.isOver ? [{ message: `${silo.slug} was ${use.text}`, fix: use.fix }] : [];
}
