/**
 * When a plan looks at GitHub. A run over the fleet asks for what a repository shows in lists of its
 * own, once for all silos; silos that were named, and those that are read deeply on Fly, too, have
 * each of their environments read. That GitHub cannot be read changes no plan and fails none.
 */

import { ApiError, Refused } from "#silo/errors.ts";
import { type ReadStanding, standingReader } from "#state/observe-github.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { Owner } from "#state/ownership.ts";
import { isSurelyOut } from "#steps/github-deliver.ts";
import type { CommandContext } from "./types.ts";

export interface StandingLook {
  /** With what stands on GitHub, if the silo has handed out there and nothing else is due. */
  add(owner: Owner, observed: ObservedSilo, isClose: boolean): Promise<ObservedSilo>;
  /** Once it is over: what could not be looked at. */
  notes(): readonly string[];
}

export function lookAtGitHub({
  connectGitHub,
}: Pick<CommandContext, "connectGitHub">): StandingLook {
  const troubles = new Set<string>();
  let reader: Promise<ReadStanding | undefined> | undefined;
  const connect = async () => {
    const connection = await connectGitHub();
    return connection && standingReader(connection.github);
  };
  return {
    async add({ delivery }, observed, isNamed) {
      const { record, depth } = observed;
      const isOut = delivery?.isReachable && isSurelyOut(delivery, record);
      if (!isOut) return observed;
      try {
        reader ??= connect();
        const read = await reader;
        const isClose = isNamed || depth === "deep";
        return read ? { ...observed, standing: await read(delivery, isClose) } : observed;
      } catch (error) {
        if (!(error instanceof ApiError || error instanceof Refused)) throw error;
        troubles.add(error.message);
        return observed;
      }
    },
    notes: () =>
      [...troubles].sort().map((trouble) => `what stands on GitHub was not looked at: ${trouble}`),
  };
}
