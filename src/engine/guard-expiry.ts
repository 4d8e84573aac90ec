/** A silo has an end, and nothing makes it last longer but its spec. */

import { expiryOf, howToKeep, isExpired } from "#state/expiry.ts";
import type { Situation } from "#state/situation.ts";
import type { Step } from "#steps/types.ts";

/** What has expired is neither made nor started; what runs is mended until it is stopped. */
export function expiryRefusals(
  { silo, intent, power, record, now }: Situation,
  steps: readonly Step[],
): { readonly message: string; readonly fix: string }[] {
  if (intent.kind === "hold") {
    if (intent.hold.until <= (expiryOf(silo) ?? Number.POSITIVE_INFINITY)) return [];
  } else {
    const isWaking = record === undefined || power.write?.desired === "running";
    const isStarting = steps.some(({ kind }) => kind === "machine-start");
    if (!isExpired(silo, now) || !isWaking || !isStarting) return [];
  }
  const verb = isExpired(silo, now) ? "expired" : "expires";
  const { expires_at } = silo.spec.devenv;
  return [{ message: `${silo.slug} ${verb} on ${expires_at}`, fix: howToKeep(silo) }];
}
