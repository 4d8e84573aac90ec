/**
 * Taking back, before the first machine stops. If GitHub cannot be reached the machines are stopped
 * all the same (a gate that is shut gives nothing away), the phase stays `stopping`, and the next run
 * takes back what was left.
 */

import { handedMetadata } from "#silo/handed-out.ts";
import { keys } from "#silo/record.ts";
import type { DeliveryPlace, DesiredDelivery } from "#state/delivery.ts";
import type { Situation } from "#state/situation.ts";
import { type StepRule, serviceKey, siloStep } from "./build-step.ts";
import { deliveredDigest } from "./github-deliver.ts";
import { withdrawTimeoutMs } from "./github-patience.ts";
import { githubOf } from "./github-place.ts";
import { patchRecord } from "./record-open.ts";
import type { StepWorld } from "./types.ts";

export const githubWithdraw: StepRule = (situation) => {
  const { delivery, record, intent, silo } = situation;
  if (!delivery || record?.delivered === undefined || !isEnding(situation, delivery)) return [];
  const steps = delivery.places.map((place) => ({
    ...siloStep(situation, `github-withdraw-${place.label}`, {
      effect: "update",
      text: `Withdraw what ${silo.slug} has handed out in ${delivery.repository}, ${place.label}`,
      after: [`${silo.slug}/record-open`],
      timeoutMs: withdrawTimeoutMs,
      run: (world) => withdraw(world, situation, delivery.repository, place),
    }),
    kind: "github-withdraw",
  }));
  const mark = siloStep(situation, "github-unmark", {
    effect: "record",
    text: `Record that ${silo.slug} hands out nothing`,
    // An update of kong would put back what it read; in a rotation kong is shut before its update.
    after: [
      ...steps.map(({ key }) => key),
      ...(record.rotation ? [] : [serviceKey(silo.slug, "kong", "machine-update")]),
    ],
    run: (world) => patchRecord(world, situation, unmarkOf(delivery)),
  });
  // Nothing is left to record on once a silo is destroyed.
  return intent.kind === "destroy" ? steps : [...steps, { ...mark, kind: "github-withdraw" }];
};

const unmarkOf = ({ places }: DesiredDelivery): Readonly<Record<string, null>> =>
  Object.assign(
    { [keys.delivered]: null },
    ...places.map(({ id }) => handedMetadata(id, undefined)),
  );

/** While services switch to new keys the silo is as little to be used as while it starts. */
function isEnding({ power, intent, record }: Situation, delivery: DesiredDelivery): boolean {
  const isRotated =
    record?.rotation !== undefined && record.delivered !== deliveredDigest(delivery, record);
  return power.state === "stopped" || intent.kind === "restart" || isRotated;
}

async function withdraw(
  world: StepWorld,
  { intent }: Situation,
  repository: string,
  { place, secrets, variables }: DeliveryPlace,
): Promise<void> {
  const github = githubOf(world);
  const present = await github.listSecrets(repository, place);
  if (present === undefined) return;
  const names = new Set(present.map(({ name }) => name));
  for (const { name } of secrets) {
    if (names.has(name)) await github.deleteSecret(repository, place, name);
  }
  for (const { name } of variables) await github.deleteVariable(repository, place, name);
  if (intent.kind === "destroy" && place.kind === "environment") {
    await github.deleteEnvironment(repository, place.environment);
  }
}
