/** A silo that is destroyed takes its values with it: those of its branch, and no other's. */

import type { FrontendPlace } from "#silo/frontend-place.ts";
import { placeOf } from "#state/frontend.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { netlifyOf, siteOf } from "./netlify-write.ts";
import type { StepWorld } from "./types.ts";

export const netlifyRemove: StepRule = (situation) => {
  const { frontend, silo } = situation;
  if (!frontend) return [];
  const place = placeOf(frontend);
  return [
    siloStep(situation, "netlify-remove", {
      effect: "update",
      text: removeValuesText(place),
      after: [`${silo.slug}/record-open`],
      run: (world) => removeValues(world, silo.slug, place),
    }),
  ];
};

export const removeValuesText = ({ site, branch, variables }: FrontendPlace): string =>
  `Remove ${variables.join(", ")} of the branch ${branch} from the Netlify site ${site}`;

/** A site that is gone holds nothing, and would else hold up the silo for good. */
export async function removeValues(
  world: StepWorld,
  slug: string,
  { site, branch, variables }: FrontendPlace,
): Promise<void> {
  const found = await siteOf(world, slug, site);
  if (!found) return;
  for (const key of variables) await netlifyOf(world).deleteValue(found, key, branch);
}
