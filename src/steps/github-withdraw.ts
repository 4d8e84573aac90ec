/**
 * Taking back what the matrix does not leave: all of it before the first machine stops, the rows of
 * developers while a silo is degraded. If GitHub cannot be reached the machines are stopped all the
 * same (a gate that is shut gives nothing away), the record keeps its phase, and the next run takes
 * back what was left.
 */

import { grantOf } from "#silo/access.ts";
import type { Degraded } from "#silo/degraded.ts";
import { handedMetadata } from "#silo/handed-out.ts";
import { keys } from "#silo/record.ts";
import type { DeliveredField, DeliveryPlace, DesiredDelivery } from "#state/delivery.ts";
import { placeOn } from "#state/observe-github.ts";
import type { Situation } from "#state/situation.ts";
import { type StepRule, serviceKey, siloStep } from "./build-step.ts";
import { deliveredDigest } from "./github-deliver.ts";
import { withdrawTimeoutMs } from "./github-patience.ts";
import { githubOf, standsMaybe } from "./github-place.ts";
import { degradedKey, degradedNow } from "./mending.ts";
import { patchRecord } from "./record-open.ts";
import type { StepWorld } from "./types.ts";

export const githubWithdraw: StepRule = (situation) => {
  const { delivery, record, intent, silo } = situation;
  if (!delivery || record?.delivered === undefined) return [];
  const degraded = isEnding(situation, delivery) ? undefined : degradedNow(situation);
  const isLess = degraded && record.delivered !== deliveredDigest(delivery, record, "degraded");
  if (!isLess && !isEnding(situation, delivery)) return [];
  const steps = delivery.places.map((place) => ({
    ...siloStep(situation, `github-withdraw-${place.label}`, {
      effect: "update",
      text: withdrawText(situation, delivery, place, degraded),
      after: [`${silo.slug}/record-open`, degradedKey(silo.slug)],
      timeoutMs: withdrawTimeoutMs,
      run: (world) => withdraw(world, situation, { delivery, place, degraded }),
    }),
    kind: "github-withdraw",
  }));
  const mark = siloStep(situation, "github-unmark", {
    effect: "record",
    text: degraded
      ? `Record that developers have nothing of ${silo.slug}`
      : `Record that ${silo.slug} hands out nothing`,
    // An update of kong would put back what it read; in a rotation kong is shut before its update.
    after: [
      ...steps.map(({ key }) => key),
      ...(record.rotation ? [] : [serviceKey(silo.slug, "kong", "machine-update")]),
    ],
    run: (world) =>
      patchRecord(world, situation, {
        ...Object.assign({}, ...lostPlaces(delivery, degraded)),
        [keys.delivered]: degraded ? deliveredDigest(delivery, record, "degraded") : null,
      }),
  });
  // Nothing is left to record on once a silo is destroyed.
  return intent.kind === "destroy" ? steps : [...steps, { ...mark, kind: "github-withdraw" }];
};

/** While services switch to new keys the silo is as little to be used as while it starts. */
function isEnding({ power, intent, record }: Situation, delivery: DesiredDelivery): boolean {
  const isRotated =
    record?.rotation !== undefined && record.delivered !== deliveredDigest(delivery, record);
  return power.state === "stopped" || intent.kind === "restart" || isRotated;
}

function withdrawText(
  { silo }: Situation,
  { repository }: DesiredDelivery,
  { label, unsafe }: DeliveryPlace,
  degraded: Degraded | undefined,
): string {
  return degraded && unsafe
    ? `Flag what ${silo.slug} has handed out in ${repository}, ${label}, as unsafe`
    : `Withdraw what ${silo.slug} has handed out in ${repository}, ${label}`;
}

/** Entries of the record of places in which nothing is left. */
const lostPlaces = ({ places }: DesiredDelivery, degraded: Degraded | undefined) =>
  places
    .filter(({ unsafe }) => !degraded || !unsafe)
    .map(({ id }) => handedMetadata(id, undefined));

async function withdraw(
  world: StepWorld,
  { intent, record }: Situation,
  what: {
    readonly delivery: DesiredDelivery;
    readonly place: DeliveryPlace;
    readonly degraded: Degraded | undefined;
  },
): Promise<void> {
  const { place: target, degraded } = what;
  const { repository } = what.delivery;
  const { place, unsafe } = target;
  const github = githubOf(world);
  const seen = await placeOn(github, repository, target);
  if (seen === undefined) return;
  const kept = degraded ? grantOf("degraded", target.role).fields : [];
  const isLost = ({ field }: DeliveredField) => !kept.includes(field);
  const mayStand = standsMaybe(record, target);
  for (const { name } of target.secrets.filter(isLost)) {
    if (mayStand(seen.secrets, name)) await github.deleteSecret(repository, place, name);
  }
  for (const { name } of target.variables.filter(isLost)) {
    if (mayStand(seen.variables, name)) await github.deleteVariable(repository, place, name);
  }
  if (unsafe !== undefined && degraded) {
    const warning = `degraded since ${degraded.since}`;
    if (seen.variables.get(unsafe) !== warning)
      await github.putVariable(repository, place, unsafe, warning);
  } else if (unsafe !== undefined && mayStand(seen.variables, unsafe)) {
    await github.deleteVariable(repository, place, unsafe);
  }
  if (intent.kind === "destroy" && place.kind === "environment") {
    await github.deleteEnvironment(repository, place.environment);
  }
}
