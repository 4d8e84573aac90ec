/** Everything silo-manager can ever do to a stack, in the order the rules are asked. */

import { isConverging, isLeftAlone } from "#state/rotation.ts";
import type { Situation } from "#state/situation.ts";
import { appCreate } from "./app-create.ts";
import { appDestroy } from "./app-destroy.ts";
import type { StepRule } from "./build-step.ts";
import { degradedOpen } from "./degraded-open.ts";
import { expiryClose } from "./expiry-close.ts";
import { generationAppend } from "./generation-append.ts";
import { githubDeliver } from "./github-deliver.ts";
import { githubPreview } from "./github-preview.ts";
import { githubWithdraw } from "./github-withdraw.ts";
import { healthWait } from "./health-wait.ts";
import { holdSet } from "./hold-set.ts";
import { ipAssign } from "./ip-assign.ts";
import { ipRelease } from "./ip-release.ts";
import { keepAgain, keepUntil } from "./keep-until.ts";
import { machineAdopt } from "./machine-adopt.ts";
import { machineCreate } from "./machine-create.ts";
import { machineRetire } from "./machine-retire.ts";
import { machineStage } from "./machine-stage.ts";
import { machineStart } from "./machine-start.ts";
import { machineStop } from "./machine-stop.ts";
import { machineUpdate } from "./machine-update.ts";
import { migrationsApply } from "./migrations-apply.ts";
import { moveMeasure } from "./move-measure.ts";
import { moveOpen } from "./move-open.ts";
import { moveSwitch, moveSwitchKind } from "./move-switch.ts";
import { moveVerify } from "./move-verify.ts";
import { arrived, leaving, remounted, stopping } from "./move-views.ts";
import { netlifyRemove } from "./netlify-remove.ts";
import { netlifyWrite } from "./netlify-write.ts";
import { passwordsSet } from "./passwords-set.ts";
import { readyWait } from "./ready-wait.ts";
import { recipientSet } from "./recipient-set.ts";
import { recordClose } from "./record-close.ts";
import { recordOpen } from "./record-open.ts";
import { restoreOpen } from "./restore-open.ts";
import { rlsSet } from "./rls-set.ts";
import { secretsSet } from "./secrets-set.ts";
import { siteSet } from "./site-set.ts";
import { snapshotCreate } from "./snapshot-create.ts";
import { stagedDiscard } from "./staged-discard.ts";
import type { Step } from "./types.ts";
import { volumeCreate } from "./volume-create.ts";
import { volumeDiscard } from "./volume-discard.ts";
import { volumeExtend } from "./volume-extend.ts";
import { volumeFork } from "./volume-fork.ts";
import { volumeRemove } from "./volume-remove.ts";
import {
  machineRemount,
  machineRemountKind,
  restoreDiscard,
  volumeRestore,
} from "./volume-restore.ts";

/** After the record is closed: a silo is usable before its frontend is built. */
const frontendRules: readonly StepRule[] = [siteSet, netlifyWrite, githubPreview];

const convergeRules: readonly StepRule[] = [
  stagedDiscard,
  restoreDiscard,
  generationAppend,
  appCreate,
  ipAssign,
  ipRelease,
  secretsSet,
  volumeCreate,
  volumeExtend,
  machineCreate,
  machineUpdate,
  degradedOpen,
  githubWithdraw,
  recipientSet,
  machineStop,
  machineStart,
  healthWait,
  passwordsSet,
  rlsSet,
  migrationsApply,
  readyWait,
  githubDeliver,
  machineRetire,
  volumeDiscard,
  volumeRemove,
  appDestroy,
  keepAgain,
  recordOpen,
  recordClose,
  ...frontendRules,
];

/** Up to the switch; the rest is what any apply does, of the silo as it is then. */
const moveRules: readonly StepRule[] = [
  stagedDiscard,
  machineRetire,
  moveOpen,
  githubWithdraw,
  moveMeasure,
  machineStop,
  volumeFork,
  machineStage,
  moveVerify,
  moveSwitch,
];

/** Until the machine on the volume that is replaced is gone; the rest is what any apply does. */
const restoreRules: readonly StepRule[] = [
  restoreDiscard,
  restoreOpen,
  githubWithdraw,
  machineStop,
  volumeRestore,
  machineRemount,
];

const powerRules: readonly StepRule[] = [
  githubWithdraw,
  machineStop,
  machineStart,
  healthWait,
  passwordsSet,
  rlsSet,
  migrationsApply,
  readyWait,
  githubDeliver,
  snapshotCreate,
  expiryClose,
  recordOpen,
  recordClose,
  ...frontendRules,
];

const destroyRules: readonly StepRule[] = [
  githubWithdraw,
  netlifyRemove,
  machineStop,
  snapshotCreate,
  keepUntil,
  recordOpen,
  appDestroy,
];

/** The record needs a kong machine: where there is none it is made, and not launched. */
const identityOf =
  (rule: StepRule): StepRule =>
  (situation, soFar) =>
    rule(situation, soFar).filter(({ stage }) => stage === "identity");

const importRules: readonly StepRule[] = [
  identityOf(appCreate),
  identityOf(machineCreate),
  machineAdopt,
];

export function stepsFor(situation: Situation): readonly Step[] {
  const { moving, restoring } = situation;
  if (moving) {
    const before = stepsBy(moveRules, leaving(situation, moving));
    return inTwoParts(before, moving.from, stepsBy(convergeRules, arrived(situation, moving)));
  }
  if (restoring) {
    const before = stepsBy(restoreRules, stopping(situation));
    return inTwoParts(before, "before", stepsBy(convergeRules, remounted(situation, restoring)));
  }
  return stepsBy(rulesFor(situation), situation);
}

/** What is stopped in the first part may be started in the second, so their keys are not the same. */
function inTwoParts(first: readonly Step[], mark: string, next: readonly Step[]): readonly Step[] {
  const marked = (key: string): string => `${key}@${mark}`;
  const before = first.map((step) => ({
    ...step,
    key: marked(step.key),
    after: step.after.map(marked),
    afterEnd: step.afterEnd.map(marked),
  }));
  const ends = before.filter(({ kind }) => endKinds.includes(kind)).map(({ key }) => key);
  return [
    ...before,
    ...next.map((step) => ({ ...step, stage: "next" as const, after: [...step.after, ...ends] })),
  ];
}

const endKinds: readonly string[] = [moveSwitchKind, machineRemountKind];

function stepsBy(rules: readonly StepRule[], situation: Situation): readonly Step[] {
  const steps: Step[] = [];
  for (const rule of rules) steps.push(...rule(situation, steps));
  return steps;
}

function rulesFor({ intent, record }: Situation): readonly StepRule[] {
  if (intent.kind === "destroy") return destroyRules;
  if (intent.kind === "import") return importRules;
  if (intent.kind === "end-rls") return [rlsSet];
  if (intent.kind === "hold" || intent.kind === "release") return [holdSet];
  if (isLeftAlone(intent, record)) return [];
  return isConverging(intent, record) ? convergeRules : powerRules;
}
