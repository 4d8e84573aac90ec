/** A plan: what would be done to each silo, why not, and a digest that says whether it is the same. */

import { digestOf } from "#silo/canonical-json.ts";
import { estimateCost, monthlyCostUsd } from "#silo/cost.ts";
import { type ServiceName, serviceNames } from "#silo/names.ts";
import type { SiloRecord } from "#silo/record.ts";
import { type DesiredSilo, desire } from "#state/desire.ts";
import { desireFrontend } from "#state/frontend.ts";
import {
  isContinuation,
  isToMove,
  type Moving,
  placedWhereItIs,
  stagedDigest,
} from "#state/moving.ts";
import type { ObservedMachine, ObservedSilo } from "#state/observed.ts";
import { observedSizes } from "#state/observed-sizes.ts";
import type { Owner } from "#state/ownership.ts";
import { restoringOf } from "#state/restoring.ts";
import { recordUnder } from "#state/rotation.ts";
import { type Intent, type PowerTarget, powerTarget, type Situation } from "#state/situation.ts";
import { worldFactsOf } from "#state/world-facts.ts";
import { stepsFor } from "#steps/index.ts";
import { isKept } from "#steps/keep-until.ts";
import type { Step } from "#steps/types.ts";
import { type Refusal, refusalsOf } from "./guards.ts";
import { orderSteps } from "./order.ts";
import { wantedSecretEnv } from "./secret-env.ts";

export interface SiloPlan {
  readonly silo: string;
  readonly intent: Intent["kind"];
  readonly steps: readonly Step[];
  readonly refusals: readonly Refusal[];
  /** USD a month if it ran all the time; 0 before it exists. After a destruction: of what is kept. */
  readonly cost: { readonly beforeUsd: number; readonly afterUsd: number };
  readonly specDigest: string;
  /** Over what the steps were decided on. */
  readonly worldDigest: string;
  readonly digest: string;
  /** Of a destruction: the record says that it was begun. */
  readonly isContinued?: true;
}

export interface Plan {
  readonly version: 1;
  readonly silos: readonly SiloPlan[];
  readonly digest: string;
}

/** What a run of that intent wants, under the keys that are in force at its end. */
export function desiredBy(owner: Owner, intent: Intent, observed: ObservedSilo): DesiredSilo {
  const { secretEnv } = owner;
  const silo = placedWhereItIs(owner.silo, observed);
  const record = recordUnder(intent, observed.record);
  const known = record && secretEnv ? secretEnv(record) : {};
  return desire(silo, newestOf(record), wantedSecretEnv(silo, observed, known));
}

const newestOf = (record: SiloRecord | undefined) => record?.generations.at(-1)?.number ?? 1;

export function planSilo(
  owner: Owner,
  intent: Intent,
  observed: ObservedSilo,
  now: number,
): SiloPlan {
  const { delivery, hasNetlify = false, drift, budgetUsd, graceDays = defaultGraceDays } = owner;
  const silo = placedWhereItIs(owner.silo, observed);
  const record = recordUnder(intent, observed.record);
  const desired = desiredBy(owner, intent, observed);
  const power = powerTarget(silo, record, intent, now);
  const moving = movingOf(owner, intent, observed, desired, power);
  const restoring = moving ? undefined : restoringOf(intent, observed, record);
  const situation: Situation = {
    silo,
    intent,
    desired,
    observed,
    record,
    power,
    graceDays,
    ...(moving && { moving }),
    ...(restoring && { restoring }),
    delivery,
    frontend: hasNetlify ? desireFrontend(silo, record, intent.kind) : undefined,
    hasNetlify,
    drift,
    budgetUsd,
    now,
  };
  const steps = orderSteps(stepsFor(situation));
  const refusals = refusalsOf(situation, steps);
  const content = {
    silo: silo.slug,
    intent: intent.kind,
    specDigest: digestOf(silo.spec),
    worldDigest: digestOf(worldFactsOf(observed)),
    cost: costOf(situation, steps.length + refusals.length > 0),
  };
  const isContinued = intent.kind === "destroy" && record?.phase === "destroying";
  return {
    ...content,
    steps,
    refusals,
    digest: planDigestOf({ ...content, steps }),
    ...(isContinued && { isContinued }),
  };
}

const defaultGraceDays = 7;

function movingOf(
  owner: Owner,
  intent: Intent,
  observed: ObservedSilo,
  desired: DesiredSilo,
  power: PowerTarget,
): Moving | undefined {
  const { silo } = owner;
  const { home, record } = observed;
  if (!record || home === undefined || !isToMove(silo, intent, observed)) return undefined;
  const settled = desiredBy({ ...owner, silo: { ...silo, region: home } }, intent, observed);
  const digest = (service: ServiceName, source: ObservedMachine) =>
    stagedDigest({ settled }, desired, service, source);
  const isContinued = isContinuation(silo, observed, record, digest);
  return { from: home, to: silo.region, settled, power: power.state, isContinued };
}

export type PlanContent = Pick<
  SiloPlan,
  "silo" | "intent" | "specDigest" | "worldDigest" | "cost"
> & { readonly steps: readonly StepFacts[] };

/** Also of a plan that was read back. */
export function planDigestOf(content: PlanContent): string {
  const { silo, intent, specDigest, worldDigest, cost, steps } = content;
  return digestOf({ silo, intent, specDigest, worldDigest, cost, steps: steps.map(stepFacts) });
}

export function joinPlans(silos: readonly SiloPlan[]): Plan {
  return { version: 1, silos, digest: fleetDigest(silos.map(({ digest }) => digest)) };
}

/** Over the digests of the silos, in their order. */
export const fleetDigest = (digests: readonly string[]): string => digestOf(digests);

/** What makes two steps the same step. */
type StepFacts = Pick<Step, "key" | "effect" | "text" | "changes" | "needsApproval">;

const stepFacts = ({ key, effect, text, changes, needsApproval }: StepFacts): unknown => ({
  key,
  effect,
  text,
  changes,
  needsApproval,
});

/** Before: what is there, at its own sizes. A shallow look does not see all that costs something. */
function costOf(situation: Situation, isChanged: boolean): SiloPlan["cost"] {
  const { silo, intent, observed } = situation;
  const afterUsd = intent.kind === "destroy" ? keptUsd(situation) : monthlyCostUsd(silo);
  if (!isChanged && observed.depth === "shallow" && intent.kind !== "destroy") {
    return { beforeUsd: afterUsd, afterUsd };
  }
  return { beforeUsd: monthlyCostUsd(silo, observedSizes(silo, observed)), afterUsd };
}

/** Of what a destruction leaves for some days: stopped, with volumes and addresses. */
function keptUsd(situation: Situation): number {
  const { silo, observed } = situation;
  const sizes = observedSizes(silo, observed);
  const kept = serviceNames
    .filter((name) => isKept(situation, observed.services[name]))
    .map((name) => [name, sizes[name]]);
  return estimateCost(silo, 0, Object.fromEntries(kept)).monthlyStoppedUsd;
}
