/** Only an apply lets a recipient in: whoever may start a silo may not say who gets its keys. */

import { isRecipientNew } from "#state/recipient.ts";
import type { Situation } from "#state/situation.ts";
import type { Step } from "#steps/types.ts";

export function recipientRefusals(
  { delivery, record, intent, silo }: Situation,
  steps: readonly Step[],
): { readonly message: string; readonly fix: string }[] {
  const handsOut = steps.some(({ kind }) => kind === "github-write");
  if (!delivery || !handsOut || intent.kind === "apply" || !isRecipientNew(delivery, record)) {
    return [];
  }
  return [
    {
      message: `${silo.file} names ${delivery.repository}, to which ${silo.slug} hands out nothing yet`,
      fix: `run \`silo apply ${silo.slug}\` first`,
    },
  ];
}
