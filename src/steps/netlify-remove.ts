/** A silo that is destroyed takes its values with it: those of its branch, and no other's. */

import type { Situation } from "#state/situation.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { netlifyOf, siteOf } from "./netlify-write.ts";
import type { StepWorld } from "./types.ts";

export const netlifyRemove: StepRule = (situation) => {
  const { frontend, record, silo } = situation;
  if (!frontend || record?.frontend === undefined) return [];
  const { site, branch, variables } = frontend;
  const names = variables.map(({ key }) => key).join(", ");
  return [
    siloStep(situation, "netlify-remove", {
      effect: "update",
      text: `Remove ${names} of the branch ${branch} from the Netlify site ${site}`,
      after: [`${silo.slug}/record-open`],
      run: (world) => remove(world, situation),
    }),
  ];
};

async function remove(world: StepWorld, { silo, frontend }: Situation): Promise<void> {
  const site = frontend && (await siteOf(world, silo.slug, frontend));
  if (!site) return;
  for (const { key } of frontend.variables) {
    await netlifyOf(world).deleteValue(site, key, frontend.branch);
  }
}
