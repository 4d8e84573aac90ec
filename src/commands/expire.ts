/** Silos that have expired: which are to be stopped, and what becomes of their files. */

import { planSilo } from "#engine/plan.ts";
import type { Look, SiloRun } from "#engine/run-silo.ts";
import type { ShownExpiry } from "#render/auto-stop.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Silo } from "#silo/silo.ts";
import { isExpired, isSetAside } from "#state/expiry.ts";
import { observeDeep } from "#state/observe.ts";
import { isDown } from "#state/observed.ts";
import { phaseOf } from "#state/phase.ts";
import type { Intent } from "#state/situation.ts";
import type { FlyReads } from "#world/fly.ts";
import { ownerOf } from "./owner.ts";
import { proposeRemoval } from "./propose-removal.ts";
import type { SeenSilo } from "./read-idleness.ts";
import type { CommandContext, GitHubConnection, Specs } from "./types.ts";

/** There, and not on its way out. */
export const hasEnded = ({ silo, observed }: SeenSilo, now: number): boolean =>
  isExpired(silo, now) && observed.record !== undefined && phaseOf(observed) !== "destroying";

export const expiryIntent = ({ spec }: Silo): Intent => ({
  kind: "stop",
  by: "expiry",
  reason: `expired on ${spec.devenv.expires_at}`,
});

/** Those that are not stopped with a snapshot yet, read deeply: no volume may be missed. */
export function lookAtExpired(
  expired: readonly SeenSilo[],
  specs: Specs,
  { fly, now }: { readonly fly: FlyReads; readonly now: number },
): Promise<readonly Look[]> {
  const isDone = ({ silo, observed }: SeenSilo) =>
    isSetAside(silo, observed.record) && isDown(observed) && !observed.record?.phase;
  return Promise.all(
    expired
      .filter((one) => !isDone(one))
      .map(async ({ silo }) => {
        const owner = ownerOf(silo, specs);
        const observed = await observeDeep(owner, fly);
        return { observed, plan: planSilo(owner, expiryIntent(silo), observed, now) };
      }),
  );
}

/** Of each that is stopped; that it cannot be proposed fails no stop, and is tried at each tick. */
export async function proposeRemovals(
  { output }: Pick<CommandContext, "output">,
  expired: readonly SeenSilo[],
  runs: readonly SiloRun[],
  connect: () => Promise<GitHubConnection | undefined>,
): Promise<readonly ShownExpiry[]> {
  const shown: ShownExpiry[] = [];
  for (const { silo } of expired) {
    const run = runs.find((one) => one.silo === silo.slug);
    if (run && run.result !== "done" && run.result !== "unchanged") {
      shown.push({ silo, run });
      continue;
    }
    try {
      const connection = await connect();
      const proposal = connection && (await proposeRemoval(connection, silo));
      shown.push({ silo, ...(run && { run }), ...(proposal && { proposal }) });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      output.note(
        `warning: ${plainText(`the removal of ${silo.slug} was not proposed: ${why}`)}\n`,
      );
      shown.push({ silo, ...(run && { run }) });
    }
  }
  return shown;
}
