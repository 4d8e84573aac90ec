/** What is told of a silo after a run, with a receipt of it. */

import { receiptKeyOf } from "#engine/key-ring.ts";
import type { Look, SiloRun } from "#engine/run-silo.ts";
import { stepText } from "#engine/verify-receipt.ts";
import { digestOf } from "#silo/canonical-json.ts";
import { Refused } from "#silo/errors.ts";
import { sealed } from "#silo/receipt.ts";
import type { LastError, Receipt, SiloStatus } from "#silo/status.generated.ts";
import type { Idleness } from "#state/idle.ts";
import { absentSilo, observeAgain, observeDeep } from "#state/observe.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { Owner } from "#state/ownership.ts";
import { statusOf } from "#state/status.ts";
import { worldFactsOf } from "#state/world-facts.ts";
import type { FlyReads } from "#world/fly.ts";
import { masterKeysOf } from "./master-keys-of.ts";
import { runUrlOf } from "./run-url.ts";
import type { CommandContext } from "./types.ts";

export async function statusAfterRun(
  context: CommandContext,
  owner: Owner,
  before: Look,
  run: SiloRun,
  fly: FlyReads,
  idleness?: Idleness,
): Promise<SiloStatus> {
  const observed = await observeAfter(owner, before, run, fly);
  const now = context.clock.now();
  const lastError = lastErrorOf(run, now);
  return statusOf(owner.silo, observed, {
    now,
    ...(lastError && { lastError }),
    ...(idleness && { idleness }),
    receipt: receiptOf(context, owner, before, run, observed),
  });
}

function observeAfter(
  owner: Owner,
  before: Look,
  run: SiloRun,
  fly: FlyReads,
): Promise<ObservedSilo> | ObservedSilo {
  if (wasDestroyed(before, run)) return absentSilo(owner);
  // What was read of volumes before they were touched is out of date.
  const touchesVolumes = run.outcomes.some(({ step }) => step.kind.startsWith("volume-"));
  return touchesVolumes
    ? observeDeep(owner, fly)
    : observeAgain(owner, run.before, fly, "machines");
}

function receiptOf(
  { clock, variable }: CommandContext,
  { silo }: Owner,
  { plan }: Look,
  run: SiloRun,
  observed: ObservedSilo,
): Receipt {
  const world = worldFactsOf(observed);
  const runUrl = runUrlOf(variable);
  const receipt: Receipt = {
    command: plan.intent,
    result: run.result === "done" ? "done" : "failed",
    at: new Date(clock.now()).toISOString(),
    plan_digest: plan.digest,
    changes: run.outcomes
      .filter(({ result, step }) => result === "done" && step.effect !== "wait")
      .map(({ step }) => stepText(step)),
    world_before: plan.worldDigest,
    world_after: digestOf(world),
    world,
    commit: variable("GITHUB_SHA") || null,
    run_url: runUrl?.startsWith("https://") ? runUrl : null,
  };
  const record = observed.record ?? run.before.record;
  const key = record && unlessRefused(() => receiptKeyOf(masterKeysOf(variable), silo, record));
  return key === undefined ? receipt : sealed(receipt, key);
}

/** A stop and a destruction need no master key: nothing of them fails for want of the right one. */
function unlessRefused<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
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
