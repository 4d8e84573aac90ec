/**
 * A new recipient: the record names the repository before anything is handed out there, and after all
 * was taken back from the one before. A silo that is stopped gets it, too, so that no start hands its
 * keys to somebody whom nobody let in.
 */

import { keys } from "#silo/record.ts";
import { isRecipientNew, recipientOf } from "#state/recipient.ts";
import { type StepRule, serviceKey, siloStep } from "./build-step.ts";
import { patchRecord } from "./record-open.ts";

export const recipientSetKind = "recipient-set";
/** The same of the site of a frontend. */
export const siteSetKind = "site-set";

export const recipientSet: StepRule = (situation, soFar) => {
  const { delivery, record, silo, intent } = situation;
  if (intent.kind !== "apply" || !delivery || !isRecipientNew(delivery, record)) return [];
  const { repository, home } = delivery;
  const isHome = repository === home;
  return [
    siloStep(situation, recipientSetKind, {
      effect: "record",
      text: `Let ${silo.slug} hand out in ${repository}`,
      changes: [
        { field: "secrets.repository", from: recipientOf(delivery, record), to: repository },
      ],
      ...(!isHome && { needsApproval: `a new recipient: the repository ${repository}` }),
      // An update of kong would put back what it read.
      after: [
        `${silo.slug}/record-open`,
        ...["machine-create", "machine-update"].map((kind) => serviceKey(silo.slug, "kong", kind)),
        ...soFar.filter(({ kind }) => kind === "github-withdraw").map(({ key }) => key),
      ],
      run: (world) =>
        patchRecord(world, situation, { [keys.recipient]: isHome ? null : repository }),
    }),
  ];
};
