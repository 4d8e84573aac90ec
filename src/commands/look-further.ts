/** What an apply looks at beside the machines: whether what fails does so twice, and what stands on GitHub. */

import { confirmFailing, type SecondLook } from "#state/degraded.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { Owner } from "#state/ownership.ts";
import type { StandingLook } from "./look-at-github.ts";

export interface FurtherLook extends SecondLook {
  /** Absent where a plan is not to know. */
  readonly standing?: StandingLook | undefined;
}

export async function lookFurther(
  owner: Owner,
  once: ObservedSilo,
  { standing, ...second }: FurtherLook,
  isClose: boolean,
): Promise<ObservedSilo> {
  const observed = await confirmFailing(owner, once, second);
  return (await standing?.add(owner, observed, isClose)) ?? observed;
}
