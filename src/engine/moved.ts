/**
 * Plan fidelity. What is about to be done must be what was approved, or less of it: the same steps
 * or a subset, with no step that was not there. Otherwise it says what moved.
 */

import { canonicalJson } from "#silo/canonical-json.ts";
import type { Step } from "#steps/types.ts";
import type { SiloPlan } from "./plan.ts";

/** The part of a plan that can be read back from its JSON. */
export interface ApprovedPlan {
  readonly silo: string;
  readonly intent: SiloPlan["intent"];
  readonly specDigest: string;
  readonly worldDigest: string;
  readonly digest: string;
  readonly steps: readonly Pick<Step, "key" | "effect" | "text" | "changes" | "needsApproval">[];
  readonly cost: SiloPlan["cost"];
}

/** Lines that say what moved; empty when the plan may go ahead. */
export function whatMoved(approved: ApprovedPlan, now: SiloPlan): readonly string[] {
  if (now.intent !== approved.intent) return [`it was approved for ${approved.intent}`];
  // A step names little of a spec: only the same spec is the one that was approved.
  if (now.specDigest !== approved.specDigest) return ["its spec was changed"];
  const known = new Map(approved.steps.map((step) => [step.key, step]));
  const lines = now.steps.flatMap((step) => {
    const before = known.get(step.key);
    if (!before) return [`new step: ${step.text}`];
    return canonicalJson(factsOf(before)) === canonicalJson(factsOf(step))
      ? []
      : [`changed step: ${before.text} → ${step.text}`];
  });
  if (now.cost.afterUsd > approved.cost.afterUsd + 0.005) {
    lines.push(
      `a higher price: $${approved.cost.afterUsd.toFixed(2)} → $${now.cost.afterUsd.toFixed(2)} a month`,
    );
  }
  return lines;
}

/**
 * `less` is some of the steps; with a destruction among them it is another plan, unless it is what is
 * left of one that was begun.
 */
export type Fidelity =
  | { readonly kind: "same" }
  | { readonly kind: "less" }
  | { readonly kind: "moved"; readonly lines: readonly string[] };

export function fidelityOf(approved: ApprovedPlan, now: SiloPlan): Fidelity {
  const lines = whatMoved(approved, now);
  if (lines.length > 0) return { kind: "moved", lines };
  if (now.steps.length === approved.steps.length) return { kind: "same" };
  const destroys = now.steps.filter(({ effect }) => effect === "destroy");
  if (destroys.length === 0 || now.isContinued) return { kind: "less" };
  return {
    kind: "moved",
    lines: destroys.map(({ text }) => `no longer with all that was approved beside it: ${text}`),
  };
}

/** The current value of a field is not part of what a step does to it. */
function factsOf(step: ApprovedPlan["steps"][number]): unknown {
  const { key, effect, text, changes, needsApproval } = step;
  return {
    key,
    effect,
    text,
    needsApproval,
    changes: changes.map(({ field, to }) => ({ field, to })),
  };
}
