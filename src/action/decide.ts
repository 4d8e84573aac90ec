/** What of a plan goes ahead by itself, and what waits for a person, and why. */

import { fidelityOf } from "#engine/moved.ts";
import type { Plan, SiloPlan } from "#engine/plan.ts";
import type { Silo } from "#silo/silo.ts";
import type { ApprovedPlans } from "./approved-plans.ts";
import { type Change, isOf } from "./change.ts";

export interface Decision {
  /** Those that have something to do, or are refused and were meant. */
  readonly going: readonly SiloPlan[];
  /** Why a person has to agree; none: what was shown is what is done. */
  readonly reasons: readonly string[];
}

export function decide(
  plan: Plan,
  silos: readonly Silo[],
  change: Change,
  approved: ApprovedPlans,
): Decision {
  const bySlug = new Map(silos.map((silo) => [silo.slug, silo]));
  const isMeant = ({ silo }: SiloPlan) => {
    const found = bySlug.get(silo);
    return found !== undefined && isOf(change, found);
  };
  const going = plan.silos.filter((one) => one.refusals.length === 0 && one.steps.length > 0);
  const refused = plan.silos.filter((one) => one.refusals.length > 0 && isMeant(one));
  const isShown = approved.digests.has(plan.digest);
  const reasons = going.flatMap((one) => [
    ...always(one, change),
    ...(isShown ? [] : sinceThen(one, approved, isMeant(one))),
  ]);
  const guarded = change.guarded.map((path) => `${path} was changed`);
  // Then it cannot be told either whether workflows, configuration or a recipient are among it.
  const untold = change.files ? [] : ["it cannot be told what this run changes"];
  return {
    going: [...going, ...refused],
    reasons: going.length === 0 ? [] : [...new Set([...guarded, ...reasons, ...untold])],
  };
}

/** Whatever anybody has seen or said. */
function always({ silo, steps }: SiloPlan, { recipients }: Change): readonly string[] {
  const destroys = steps.filter(({ effect }) => effect === "destroy");
  return [
    ...destroys.map(({ text }) => `${silo}: destroys: ${text}`),
    ...steps.flatMap(({ needsApproval }) => (needsApproval ? [`${silo}: ${needsApproval}`] : [])),
    ...(recipients.get(silo) ?? []).map((who) => `${silo}: a new recipient: ${who}`),
  ];
}

function sinceThen(
  plan: SiloPlan,
  { pulls, plans }: ApprovedPlans,
  isMeant: boolean,
): readonly string[] {
  const { silo } = plan;
  const before = plans.get(silo);
  // Its pull request showed it all the same, but whoever agreed to that one had another in mind.
  if (!isMeant) return [`${silo}: differs, and is not of this change`];
  if (!before) {
    return pulls.length === 0
      ? [`${silo}: no merged pull request showed a plan of it`]
      : [`${silo}: ${pulls.map((number) => `#${number}`).join(", ")} showed no plan of it`];
  }
  const fidelity = fidelityOf(before, plan);
  return fidelity.kind === "moved" ? fidelity.lines.map((line) => `${silo}: ${line}`) : [];
}
