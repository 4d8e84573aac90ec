/** What an apply looks at beside the machines: whether what fails does so twice, and what stands on GitHub. */

import { confirmFailing, type SecondLook } from "#state/degraded.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { Owner } from "#state/ownership.ts";
import type { FlyReads } from "#world/fly.ts";
import type { StandingLook } from "./look-at-github.ts";
import type { CommandContext } from "./types.ts";

export interface FurtherLook extends SecondLook {
  /** Absent where a plan is not to know. */
  readonly standing?: StandingLook | undefined;
}

export const secondLook = (
  { clock, signal, output, options }: CommandContext,
  fly: FlyReads,
): SecondLook => ({
  fly,
  clock,
  signal,
  tell: options.quiet ? undefined : (text) => output.note(`${text}\n`),
});

export async function lookFurther(
  owner: Owner,
  once: ObservedSilo,
  { standing, ...second }: FurtherLook,
  isClose: boolean,
): Promise<ObservedSilo> {
  const observed = await confirmFailing(owner, once, second);
  return (await standing?.add(owner, observed, isClose)) ?? observed;
}
