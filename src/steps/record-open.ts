/** The first step of every transition: the record says what is under way before anything moves. */

import { keys, powerMetadata, type TransitionPhase } from "#silo/record.ts";
import { moveText } from "#silo/takeover.ts";
import { currentMachine } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { isMending } from "./mending.ts";
import type { FieldChange, Step, StepWorld } from "./types.ts";

export const recordOpen: StepRule = (situation, soFar) => {
  const phase = openingPhase(situation, soFar);
  const { record, power, silo, intent } = situation;
  // Only an apply carries the spec's wish: a stop with an edited file lifts no protection.
  const preventDestroy = silo.spec.devenv.prevent_destroy;
  const isProtectionStale =
    intent.kind === "apply" && record !== undefined && record.preventDestroy !== preventDestroy;
  const patch = {
    ...(phase && phase !== record?.phase && { [keys.phase]: phase }),
    ...(power.write && powerMetadata(power.write)),
    // Whoever starts it writes to it: what was copied from it is worth nothing.
    ...(record?.move &&
      phase === "provisioning" && {
        [keys.move]: moveText({ ...record.move, isVoid: true }),
      }),
    ...(isProtectionStale && { [keys.preventDestroy]: String(preventDestroy) }),
  };
  const changes = [
    ...change(
      "prevent_destroy",
      isProtectionStale ? record.preventDestroy : preventDestroy,
      preventDestroy,
    ),
    ...change("power", record?.power.desired ?? power.state, power.write?.desired ?? power.state),
  ];
  // A new kong machine is made with all of it.
  const isNew = !currentMachine(situation.observed.services.kong);
  if (isNew || Object.keys(patch).length === 0) return [];
  return [
    siloStep(situation, "record-open", {
      effect: "record",
      text: textOf(situation, phase),
      changes,
      run: (world) => patchRecord(world, situation, patch),
    }),
  ];
};

function textOf({ silo, power }: Situation, phase: TransitionPhase | undefined): string {
  if (phase) return `Record that ${silo.slug} is ${phase}`;
  if (!power.write) return `Record what ${silo.file} says`;
  const { desired, by, reason } = power.write;
  return `Record that ${silo.slug} is to be ${desired} (${by}: ${reason})`;
}

const change = (field: string, from: boolean | string, to: boolean | string): FieldChange[] =>
  from === to ? [] : [{ field, from: String(from), to: String(to) }];

function openingPhase(situation: Situation, soFar: readonly Step[]): TransitionPhase | undefined {
  if (situation.intent.kind === "destroy") return "destroying";
  if (isMending(situation)) return undefined;
  if (soFar.some(({ kind }) => kind === "machine-start")) return "provisioning";
  if (soFar.some(({ kind }) => kind === "machine-stop")) return "stopping";
  return undefined;
}

export async function patchRecord(
  { fly, facts }: StepWorld,
  { desired }: Situation,
  patch: Readonly<Record<string, string | null>>,
): Promise<void> {
  const id = facts.machineIds.get("kong");
  if (!id) throw new Error("The record lives on the kong machine, and there is none");
  await fly.patchMetadata(desired.kong.app, id, patch);
}
