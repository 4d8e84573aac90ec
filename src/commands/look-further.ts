/** What an apply looks at beside the machines: whether what fails does so twice, and what stands outside Fly. */

import { confirmFailing, type SecondLook } from "#state/degraded.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { Owner } from "#state/ownership.ts";
import type { FlyReads } from "#world/fly.ts";
import type { CommandContext } from "./types.ts";

/** Looks at what was handed out, if that was and nothing else is due there. */
export interface FurtherRead {
  add(owner: Owner, observed: ObservedSilo, isClose: boolean): Promise<ObservedSilo>;
  /** Once it is over: what could not be looked at, and what is withheld still. */
  notes(): readonly string[];
}

export interface FurtherLook extends SecondLook {
  /** Of what a plan is to know. */
  readonly reads?: readonly FurtherRead[];
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
  { reads = [], ...second }: FurtherLook,
  isClose: boolean,
): Promise<ObservedSilo> {
  let observed = await confirmFailing(owner, once, second);
  for (const read of reads) observed = await read.add(owner, observed, isClose);
  return observed;
}
