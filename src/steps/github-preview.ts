/**
 * The address of a frontend is known only once Netlify has built it, long after all else was handed
 * out: it follows by itself, before the record says that the frontend is done.
 */

import type { DesiredDelivery } from "#state/delivery.ts";
import type { Situation } from "#state/situation.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { handOutTimeoutMs } from "./github-patience.ts";
import { githubOf, whyNot } from "./github-place.ts";
import { unmended } from "./mending.ts";
import { siteSetKind } from "./recipient-set.ts";
import type { StepWorld } from "./types.ts";

export const githubPreview: StepRule = (situation, soFar) => {
  const { delivery, frontend, silo } = situation;
  const last = frontend ? "netlify-write" : siteSetKind;
  const write = soFar.find(({ kind }) => kind === last);
  if (!write || !delivery?.isReachable || unmended(situation, soFar).length > 0) return [];
  return [
    {
      ...siloStep(situation, "github-preview", {
        effect: "update",
        text: `Hand out silo_preview_url in ${delivery.repository} if it is another one`,
        after: [write.key, `${silo.slug}/github-mark`],
        timeoutMs: handOutTimeoutMs,
        run: (world) => handOut(world, situation, delivery),
      }),
      kind: "github-write",
    },
  ];
};

async function handOut(
  world: StepWorld,
  { record }: Situation,
  delivery: DesiredDelivery,
): Promise<void> {
  const { frontend } = world.facts;
  if (!frontend || frontend.previewUrl === record?.previewUrl) return;
  const github = githubOf(world);
  const { repository } = delivery;
  for (const target of delivery.places) {
    const variable = target.variables.find(({ field }) => field === "silo_preview_url");
    if (!variable || (await whyNot(github, delivery, target))) continue;
    const { place } = target;
    if (frontend.previewUrl === undefined) {
      await github.deleteVariable(repository, place, variable.name);
    } else {
      await github.putVariable(repository, place, variable.name, frontend.previewUrl);
    }
  }
}
