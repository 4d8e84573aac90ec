/** A stack that somebody made by hand becomes a silo whole, and by an apply that was looked at. */

import { keys } from "#silo/record.ts";
import { adoptionOf, type Obstacle } from "#state/adoption.ts";
import { importedDigest } from "#state/desire.ts";
import type { Situation } from "#state/situation.ts";
import { eachService } from "#steps/build-step.ts";

/** Half of one would be refused by every later run. */
export function adoptionRefusals(situation: Situation): readonly Obstacle[] {
  const { silo, record, observed } = situation;
  if (observed.conflict) return [observed.conflict];
  return eachService(situation).flatMap(({ seen }) => {
    const adoption = adoptionOf(silo, record, seen);
    return adoption.kind === "blocked" ? adoption.obstacles : [];
  });
}

/** Whatever else changes its machines would give it new keys and settings on the way, unseen. */
export function unappliedImport({ silo, intent, observed }: Situation): Obstacle[] {
  const isAllowed = ["apply", "stop", "destroy", "hold", "release"].includes(intent.kind);
  const isImported = Object.values(observed.services).some(({ machines }) =>
    machines.some(({ metadata }) => metadata[keys.specDigest] === importedDigest),
  );
  if (isAllowed || !isImported) return [];
  return [
    {
      message: `${silo.slug} was imported, and no apply has followed`,
      fix: `look at \`silo plan ${silo.slug}\`, then \`silo apply ${silo.slug}\``,
    },
  ];
}
