/**
 * A plan as a short text that travels through comments and job outputs. It is believed only if it
 * hashes to a digest that was learned elsewhere.
 */

import type { ApprovedPlan } from "#engine/moved.ts";
import { fleetDigest, type Plan, type PlanContent, planDigestOf } from "#engine/plan.ts";

export type SealedPlan = readonly ApprovedPlan[];

/** Far above any plan that fits into a comment: what unpacks to more is no plan. */
const mostBytes = 32 * 1024 * 1024;

/** Of a silo without steps nothing but its digest is needed. */
type SealedSilo = PlanContent | { readonly silo: string; readonly digest: string };

/** In base64, which cannot end an HTML comment. */
export async function sealPlan({ silos }: Pick<Plan, "silos">): Promise<string> {
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
  // Loaded only where there is something to pack.
  const { brotliCompressSync, constants } = await import("node:zlib");
  // The best quality takes a minute for a thousand silos, and gains little.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 6, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return brotliCompressSync(JSON.stringify(sealed), { params }).toString("base64");
}

/** The plans of its silos that have steps; `undefined` unless the whole has that digest. */
export async function openPlan(text: string, digest: string): Promise<SealedPlan | undefined> {
  const { brotliDecompressSync } = await import("node:zlib");
  try {
    const bytes = brotliDecompressSync(Buffer.from(text, "base64"), { maxOutputLength: mostBytes });
    const silos: readonly SealedSilo[] = JSON.parse(bytes.toString("utf8"));
    const digests = silos.map((one) => ("digest" in one ? one.digest : planDigestOf(one)));
    if (fleetDigest(digests) !== digest) return undefined;
    return silos.flatMap((one) => ("digest" in one ? [] : [{ ...one, digest: planDigestOf(one) }]));
  } catch {
    return undefined;
  }
}

/** With its digest in front, for jobs of one run, which believe each other. */
export const handedPlan = async (plan: Plan): Promise<string> =>
  `${plan.digest}.${await sealPlan(plan)}`;

/** What `handedPlan` made; a digest alone is not opened. */
export async function openHandedPlan(text: string): Promise<SealedPlan | undefined> {
  const [, digest, sealed] = /^([0-9a-f]{32})\.([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  return digest && sealed ? openPlan(sealed, digest) : undefined;
}
