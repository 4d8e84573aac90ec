/** The first step of every transition: the record says what is under way before anything moves. */

import { keys, powerMetadata, type TransitionPhase } from "#silo/record.ts";
import { currentMachine } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import type { Step, StepWorld } from "./types.ts";

export const recordOpen: StepRule = (situation, soFar) => {
  const phase = openingPhase(situation, soFar);
  const isProtectionStale =
    situation.record !== undefined &&
    situation.record.preventDestroy !== situation.silo.spec.devenv.prevent_destroy;
  const patch = {
    ...(phase && phase !== situation.record?.phase && { [keys.phase]: phase }),
    ...(situation.power.write && powerMetadata(situation.power.write)),
    ...(isProtectionStale && {
      [keys.preventDestroy]: String(situation.silo.spec.devenv.prevent_destroy),
    }),
  };
  // A new kong machine is made with all of it.
  const isNew = !currentMachine(situation.observed.services.kong);
  if (isNew || Object.keys(patch).length === 0) return [];
  return [
    siloStep(situation, "record-open", {
      effect: "record",
      text: phase ? `Record that ${situation.silo.slug} is ${phase}` : "Record what the spec says",
      run: (world) => patchRecord(world, situation, patch),
    }),
  ];
};

function openingPhase(situation: Situation, soFar: readonly Step[]): TransitionPhase | undefined {
  if (situation.intent.kind === "destroy") return "destroying";
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
