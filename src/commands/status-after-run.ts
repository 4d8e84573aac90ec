/** What is told of a silo after a run. */

import { worldDigestOf } from "#engine/plan.ts";
import type { Look, SiloRun } from "#engine/run-silo.ts";
import type { LastError, SiloStatus } from "#silo/status.generated.ts";
import { absentSilo, observeAgain } from "#state/observe.ts";
import type { Owner } from "#state/ownership.ts";
import { statusOf } from "#state/status.ts";
import type { FlyReads } from "#world/fly.ts";
import type { CommandContext } from "./types.ts";

export async function statusAfterRun(
  { clock, variable }: CommandContext,
  owner: Owner,
  before: Look,
  run: SiloRun,
  fly: FlyReads,
): Promise<SiloStatus> {
  const observed = wasDestroyed(before, run)
    ? absentSilo(owner)
    : await observeAgain(owner, run.before, fly, "machines");
  const lastError = lastErrorOf(run, clock.now());
  return statusOf(owner.silo, observed, {
    now: clock.now(),
    ...(lastError && { lastError }),
    receipt: {
      plan_digest: before.plan.digest,
      world_before: before.plan.worldDigest,
      world_after: worldDigestOf(observed),
      commit: variable("GITHUB_SHA") ?? null,
      run_url: null,
    },
  });
}

/** Every app was seen to be gone. */
const wasDestroyed = ({ observed, plan }: Look, { result, outcomes }: SiloRun): boolean =>
  plan.intent === "destroy" &&
  result === "done" &&
  outcomes.filter(({ step }) => step.kind === "app-destroy").length ===
    Object.values(observed.services).filter(({ ownership }) => ownership.kind === "ours").length;

function lastErrorOf({ outcomes, result }: SiloRun, now: number): LastError | undefined {
  const failed = outcomes.find((outcome) => outcome.result === "failed");
  if (result !== "failed" || failed?.result !== "failed") return undefined;
  return {
    at: new Date(now).toISOString(),
    step: failed.step.key,
    message: failed.error instanceof Error ? failed.error.message : String(failed.error),
  };
}
