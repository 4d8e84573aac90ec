/**
 * A plan as a short text that travels through comments and job outputs. It is believed only if it
 * hashes to a digest that was learned elsewhere.
 */

import { brotliCompressSync } from "node:zlib";
import type { Plan, PlanContent } from "#engine/plan.ts";

/** Of a silo without steps nothing but its digest is needed. */
type SealedSilo = PlanContent | { readonly silo: string; readonly digest: string };

/** In base64, which cannot end an HTML comment. */
export function sealPlan({ silos }: Plan): string {
  const sealed = silos.map((plan): SealedSilo => {
    const { silo, intent, specDigest, worldDigest, cost, steps, digest } = plan;
    if (steps.length === 0) return { silo, digest };
    return {
      ...{ silo, intent, specDigest, worldDigest, cost },
      steps: steps.map(({ key, effect, text, changes, needsApproval }) => ({
        ...{ key, effect, text, changes },
        ...(needsApproval !== undefined && { needsApproval }),
      })),
    };
  });
  return brotliCompressSync(JSON.stringify(sealed)).toString("base64");
}
