/** A plan as one document: what `--out` writes and `apply --plan` reads back. */

import type { Plan } from "#engine/plan.ts";
import { canonicalJson } from "#silo/canonical-json.ts";

export function planJson({ version, digest, silos }: Plan): string {
  const document = {
    version,
    digest,
    silos: silos.map(({ steps, ...plan }) => ({
      ...plan,
      steps: steps.map(({ key, kind, service, after, effect, text, changes, needsApproval }) => ({
        key,
        kind,
        service,
        after,
        effect,
        text,
        changes,
        ...(needsApproval !== undefined && { needsApproval }),
      })),
    })),
  };
  return `${JSON.stringify(JSON.parse(canonicalJson(document)), null, 2)}\n`;
}
