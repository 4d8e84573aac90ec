/**
 * Another place of a frontend. The record names it before anything is put there, and after all was
 * removed from the one before. A silo that is stopped gets it, too: a start, a restart or a rotation
 * keeps to what the record says.
 */

import { type FrontendPlace, frontendPlaceText } from "#silo/frontend-place.ts";
import { handedMetadata } from "#silo/handed-out.ts";
import { keys } from "#silo/record.ts";
import { formerFrontend, isWhereItWas, placeOf } from "#state/frontend.ts";
import { type StepRule, serviceKey, siloStep } from "./build-step.ts";
import { removeValues, removeValuesText } from "./netlify-remove.ts";
import { siteSetKind } from "./recipient-set.ts";
import { patchRecord } from "./record-open.ts";

export const siteSet: StepRule = (situation) => {
  const { frontend, hasNetlify, record, silo, intent } = situation;
  if (intent.kind !== "apply" || !hasNetlify || isWhereItWas(frontend, record)) return [];
  const former = formerFrontend(frontend, record);
  // An update of kong would put back what it read.
  const after = [
    `${silo.slug}/record-open`,
    ...["machine-create", "machine-update"].map((kind) => serviceKey(silo.slug, "kong", kind)),
  ];
  const remove =
    former &&
    siloStep(situation, "netlify-remove", {
      effect: "update",
      text: removeValuesText(former),
      after,
      run: (world) => removeValues(world, silo.slug, former),
    });
  const isOtherSite = frontend && frontend.site !== record?.frontendPlace?.site;
  const set = siloStep(situation, siteSetKind, {
    effect: "record",
    text: frontend
      ? `Let ${silo.slug} build the branch ${frontend.branch} of the Netlify site ${frontend.site}`
      : `Record that ${silo.slug} has no frontend`,
    changes: [
      {
        field: "netlify",
        from: shown(record?.frontendPlace),
        to: shown(frontend && placeOf(frontend)),
      },
    ],
    ...(isOtherSite && { needsApproval: `a new recipient: the Netlify site ${frontend.site}` }),
    after: [...after, ...(remove ? [remove.key] : [])],
    run: async (world) => {
      if (!frontend) world.facts.frontend = { previewUrl: undefined };
      await patchRecord(world, situation, {
        [keys.frontendPlace]: frontend ? frontendPlaceText(placeOf(frontend)) : null,
        ...(!frontend && {
          [keys.frontend]: null,
          [keys.previewUrl]: null,
          ...handedMetadata("netlify", undefined),
        }),
      });
    },
  });
  return [...(remove ? [remove] : []), set];
};

const shown = (place: FrontendPlace | undefined): string =>
  place ? frontendPlaceText(place) : "none";
