/**
 * One silo, from plan to done: make its kong machine if there is none, take the lock on it, look
 * again, make sure that nothing moved, do the steps. Any step may fail and any run may die: the
 * next one starts from what is there.
 */

import { ApiError } from "#silo/errors.ts";
import { appName } from "#silo/names.ts";
import { observeAgain, observeDeep } from "#state/observe.ts";
import { currentMachine, type ObservedSilo } from "#state/observed.ts";
import type { Owner } from "#state/ownership.ts";
import { isConverging, recordUnder } from "#state/rotation.ts";
import type { Intent } from "#state/situation.ts";
import type { SiloFacts } from "#steps/types.ts";
import { execute, type StepOutcome } from "./execute.ts";
import type { Refusal } from "./guards.ts";
import { type HeldLock, lockCheck, withLock } from "./lock.ts";
import { whatMoved } from "./moved.ts";
import { planSilo, type SiloPlan } from "./plan.ts";
import { assertCanRun, knownFacts, type RunWorld, stepWorld } from "./run-world.ts";

export interface SiloRun {
  readonly silo: string;
  readonly intent: Intent["kind"];
  readonly result: "unchanged" | "done" | "failed" | "refused";
  readonly outcomes: readonly StepOutcome[];
  readonly refusals: readonly Refusal[];
  readonly ms: number;
  /** The world as it was under the lock, before the steps. */
  readonly before: ObservedSilo;
  /** Why it was left alone after all, by the last question before the first step. */
  readonly kept?: string;
  /** Of a refusal: 2 when an input, as the master key, cannot be used; else a guard's 4. */
  readonly exitCode?: 2 | 4;
}

/** A look at the world that a plan is made from, and the plan. */
export interface Look {
  readonly observed: ObservedSilo;
  readonly plan: SiloPlan;
}

export async function runSilo(
  owner: Owner,
  intent: Intent,
  first: Look,
  world: RunWorld,
): Promise<SiloRun> {
  const startedAt = world.clock.now();
  const { silo } = owner;
  const end = (run: Pick<SiloRun, "result"> & Partial<SiloRun>): SiloRun => ({
    silo: silo.slug,
    intent: intent.kind,
    outcomes: [],
    refusals: [],
    ms: world.clock.now() - startedAt,
    before: first.observed,
    ...run,
  });
  if (first.plan.refusals.length > 0) {
    return end({ result: "refused", refusals: first.plan.refusals });
  }
  if (first.plan.steps.length === 0) return end({ result: "unchanged" });
  assertCanRun(world, silo, first.observed.record, intent, first.plan.steps);

  const before = lookUnder(intent, first);
  const facts = knownFacts(silo, before.observed);
  const identity = await runSteps(owner, before, "identity", facts, undefined, world);
  if (identity.some(({ result }) => result !== "done")) {
    return end({ result: "failed", outcomes: identity });
  }
  const run = await runLocked(owner, intent, first, facts, world);
  const done = { ...run, outcomes: [...identity, ...run.outcomes] };
  if (run.result !== "done" || !first.plan.steps.some(({ stage }) => stage === "next")) {
    return end(done);
  }
  // The record is elsewhere now, and so is the lock: what is left of the plan is planned anew.
  const observed = await observeDeep(owner, world.fly);
  const there = { observed, plan: first.plan };
  const next = await runLocked(owner, intent, there, knownFacts(silo, observed), world);
  return end({ ...next, before: run.before, outcomes: [...done.outcomes, ...next.outcomes] });
}

async function runLocked(
  owner: Owner,
  intent: Intent,
  first: Look,
  facts: SiloFacts,
  world: RunWorld,
): Promise<MainRun> {
  const { slug } = owner.silo;
  const target = lockTarget(first.observed, facts, owner);
  const main = (held: HeldLock | undefined, signal: AbortSignal) =>
    runMain(owner, intent, first, facts, { ...world, signal }, held);
  const lock = {
    ...world,
    silo: slug,
    waitMs: world.lockWaitMs,
    onWait: (message: string) => world.onNote?.(slug, message),
  };
  return target
    ? withLock({ ...lock, ...target }, (nonce, signal) => main({ ...target, nonce }, signal))
    : main(undefined, world.signal);
}

type MainRun = Pick<SiloRun, "result" | "outcomes" | "refusals" | "before" | "kept">;

async function runMain(
  owner: Owner,
  intent: Intent,
  first: Look,
  earlier: SiloFacts,
  world: RunWorld,
  held: HeldLock | undefined,
): Promise<MainRun> {
  const need = isConverging(intent, first.observed.record) ? "everything" : "machines";
  const observed = await observeAgain(owner, first.observed, world.fly, need);
  const kept = await world.objection?.(owner.silo, observed);
  if (kept !== undefined) {
    return { result: "unchanged", outcomes: [], refusals: [], before: observed, kept };
  }
  const plan = planSilo(owner, intent, observed, world.clock.now());
  const look = lookUnder(intent, { observed, plan });
  const refuse = (refusals: readonly Refusal[]): MainRun => ({
    result: "refused",
    outcomes: [],
    refusals,
    before: observed,
  });
  if (look.plan.refusals.length > 0) return refuse(look.plan.refusals);
  const moved = whatMoved(first.plan, look.plan);
  if (moved.length > 0) {
    return refuse([
      {
        silo: owner.silo.slug,
        message: `${owner.silo.slug} was changed by somebody else meanwhile: ${moved.join("; ")}`,
        fix: "look at a new plan, then run the same command again",
      },
    ]);
  }
  if (look.plan.steps.length === 0)
    return { result: "done", outcomes: [], refusals: [], before: observed };
  const facts = { ...knownFacts(owner.silo, look.observed), newApps: earlier.newApps };
  const outcomes = await runSteps(owner, look, "main", facts, held, world);
  const isDone = outcomes.every(({ result }) => result === "done");
  const refusals = isDone ? [] : lostLock(owner.silo.slug, world.signal);
  return { result: isDone ? "done" : "failed", outcomes, refusals, before: observed };
}

/** Steps work by the record as it is to be. */
function lookUnder(intent: Intent, { observed, plan }: Look): Look {
  return { observed: { ...observed, record: recordUnder(intent, observed.record) }, plan };
}

/** Steps that were cancelled do not say why. */
function lostLock(silo: string, { aborted, reason }: AbortSignal): readonly Refusal[] {
  if (!aborted || !(reason instanceof ApiError)) return [];
  return [{ silo, message: reason.message, fix: "run the same command again" }];
}

function runSteps(
  { silo }: Owner,
  { plan, observed }: Look,
  stage: "identity" | "main",
  facts: SiloFacts,
  held: HeldLock | undefined,
  world: RunWorld,
): Promise<readonly StepOutcome[]> {
  const steps = plan.steps.filter((step) => step.stage === stage);
  const handed = stepWorld(world, silo, observed.record, facts, held?.nonce);
  // A lock on another machine than kong's goes with that machine while a silo is removed.
  const isOnKong = held?.app === appName(silo.slugs, "kong");
  const assertLocked =
    held && isOnKong ? lockCheck({ ...world, silo: silo.slug }, held) : async () => undefined;
  return execute(steps, {
    clock: world.clock,
    signal: world.signal,
    run: async (step, signal) => {
      if (step.effect === "destroy" || step.effect === "record") await assertLocked();
      await step.run({ ...handed, signal });
    },
    ...(world.onEvent && { onEvent: world.onEvent }),
  });
}

/** The kong machine; when it is gone already (a destroy that died late), any other one. */
function lockTarget(
  observed: ObservedSilo,
  facts: SiloFacts,
  { silo }: Owner,
): { readonly app: string; readonly machine: string } | undefined {
  const kong = facts.machineIds.get("kong");
  if (kong) return { app: appName(silo.slugs, "kong"), machine: kong };
  const other = Object.values(observed.services).find((service) => currentMachine(service));
  const machine = other && currentMachine(other);
  return other && machine ? { app: other.app, machine: machine.id } : undefined;
}
