/**
 * Taking back what the matrix does not leave: all of it before the first machine stops, the rows of
 * developers while a silo is degraded. If GitHub cannot be reached the machines are stopped all the
 * same (a gate that is shut gives nothing away), the record keeps its phase, and the next run takes
 * back what was left.
 */

import { grantOf } from "#silo/access.ts";
import type { Degraded } from "#silo/degraded.ts";
import { isApiError } from "#silo/errors.ts";
import { handedMetadata } from "#silo/handed-out.ts";
import { keys } from "#silo/record.ts";
import type { DeliveryPlace, DesiredDelivery } from "#state/delivery.ts";
import { formerDelivery, isRecipientNew, unknownDelivery } from "#state/recipient.ts";
import type { Situation } from "#state/situation.ts";
import { type StepRule, serviceKey, siloStep } from "./build-step.ts";
import { deliveredDigest } from "./github-deliver.ts";
import { withdrawTimeoutMs } from "./github-patience.ts";
import { githubOf, pending, standsMaybe, takeBack } from "./github-place.ts";
import { degradedKey, degradedNow } from "./mending.ts";
import { patchRecord } from "./record-open.ts";
import type { StepWorld } from "./types.ts";

export const githubWithdraw: StepRule = (situation) => {
  const { record, intent, silo } = situation;
  const delivery = situation.delivery ?? outOfReach(situation);
  if (!delivery || record?.delivered === undefined) return [];
  const former = formerDelivery(silo.slugs, delivery, record);
  const degraded = isEnding(situation, delivery) ? undefined : degradedNow(situation);
  const isLess = degraded && record.delivered !== deliveredDigest(delivery, record, "degraded");
  // Nothing stands yet where a new recipient is to get it.
  const isDue = (isLess || isEnding(situation, delivery)) && !isRecipientNew(delivery, record);
  const all: readonly Withdrawal[] = [
    ...(isDue ? delivery.places : []).map((place) => ({ delivery, place, degraded })),
    ...(former?.places ?? []).map((place) => ({ delivery: former ?? delivery, place })),
  ];
  if (all.length === 0) return [];
  const steps = all.map((one) => ({
    ...siloStep(situation, `github-withdraw-${one.place.label}`, {
      effect: "update",
      text: withdrawText(situation, one),
      after: [`${silo.slug}/record-open`, degradedKey(silo.slug)],
      timeoutMs: withdrawTimeoutMs,
      run: (world) =>
        one.delivery === former
          ? withdrawFormer(world, situation, one)
          : withdraw(world, situation, one),
    }),
    kind: "github-withdraw",
  }));
  const isEnded = isEnding(situation, delivery);
  const left = degraded ? deliveredDigest(delivery, record, "degraded") : isEnded ? null : pending;
  const mark = siloStep(situation, "github-unmark", {
    effect: "record",
    text: degraded
      ? `Record that developers have nothing of ${silo.slug}`
      : isEnded
        ? `Record that ${silo.slug} hands out nothing`
        : `Record that ${silo.slug} hands out nothing where it did before`,
    // An update of kong would put back what it read; in a rotation kong is shut before its update.
    after: [
      ...steps.map(({ key }) => key),
      ...(record.rotation ? [] : [serviceKey(silo.slug, "kong", "machine-update")]),
    ],
    run: (world) =>
      patchRecord(world, situation, {
        ...Object.assign({}, ...lostPlaces(all)),
        [keys.delivered]: left,
      }),
  });
  // Nothing is left to record on once a silo is destroyed.
  return intent.kind === "destroy" ? steps : [...steps, { ...mark, kind: "github-withdraw" }];
};

/** What a run that knows no repository cannot take back is said by its failing, and stays to be done. */
const outOfReach = ({ silo, record, power, intent }: Situation): DesiredDelivery | undefined =>
  power.state === "stopped" || intent.kind === "destroy"
    ? unknownDelivery(silo.slugs, record)
    : undefined;

interface Withdrawal {
  readonly delivery: DesiredDelivery;
  readonly place: DeliveryPlace;
  readonly degraded?: Degraded | undefined;
}

/** While services switch to new keys the silo is as little to be used as while it starts. */
function isEnding({ power, intent, record }: Situation, delivery: DesiredDelivery): boolean {
  const isRotated =
    record?.rotation !== undefined && record.delivered !== deliveredDigest(delivery, record);
  return power.state === "stopped" || intent.kind === "restart" || isRotated;
}

function withdrawText(
  { silo }: Situation,
  { delivery: { repository }, place: { label, unsafe }, degraded }: Withdrawal,
): string {
  return degraded && unsafe
    ? `Flag what ${silo.slug} has handed out in ${repository}, ${label}, as unsafe`
    : `Withdraw what ${silo.slug} has handed out in ${repository}, ${label}`;
}

/** Entries of the record of places in which nothing is left. */
const lostPlaces = (all: readonly Withdrawal[]) =>
  all
    .filter(({ place, degraded }) => !degraded || !place.unsafe)
    .map(({ place }) => handedMetadata(place.id, undefined));

async function withdraw(
  world: StepWorld,
  { intent, record }: Situation,
  { delivery: { repository }, place: target, degraded }: Withdrawal,
): Promise<void> {
  const { place, unsafe } = target;
  const github = githubOf(world);
  const kept = degraded ? grantOf("degraded", target.role).fields : [];
  const seen = await takeBack(
    github,
    repository,
    target,
    record,
    ({ field }) => !kept.includes(field),
  );
  if (seen === undefined) return;
  if (unsafe !== undefined && degraded) {
    const warning = `degraded since ${degraded.since}`;
    if (seen.variables.get(unsafe) !== warning)
      await github.putVariable(repository, place, unsafe, warning);
  } else if (unsafe !== undefined && standsMaybe(record, target)(seen.variables, unsafe)) {
    await github.deleteVariable(repository, place, unsafe);
  }
  if (intent.kind === "destroy" && place.kind === "environment") {
    await github.deleteEnvironment(repository, place.environment);
  }
}

/** A repository that is gone holds nothing, and would else hold up the silo for good. */
async function withdrawFormer(
  world: StepWorld,
  situation: Situation,
  one: Withdrawal,
): Promise<void> {
  try {
    await withdraw(world, situation, one);
  } catch (error) {
    if (!isApiError(error, "not_found")) throw error;
    const { slug } = situation.silo;
    world.note(
      `${slug}: ${one.delivery.repository} cannot be seen, so nothing was taken back there; ` +
        `if it is still there, \`silo rotate ${slug}\` makes worthless what it holds`,
    );
  }
}
