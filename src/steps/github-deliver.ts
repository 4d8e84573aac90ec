/**
 * Handing out, while a silo runs: each role's row of the access matrix at the place only that role
 * can read. The record says `pending` from before the first value until all are written, so that a
 * run that died between the two leaves nothing that a stop would not take back. Also what a person
 * changed or removed since is written again.
 */

import type { Field } from "#silo/access.ts";
import { digestOf } from "#silo/canonical-json.ts";
import type { GivenValue } from "#silo/fingerprint.ts";
import { handedMetadata } from "#silo/handed-out.ts";
import { keys, type SiloRecord } from "#silo/record.ts";
import { Secret } from "#silo/secret.ts";
import { connectionInfo } from "#state/connection-info.ts";
import type { DeliveryPlace, DesiredDelivery } from "#state/delivery.ts";
import { placeOn } from "#state/observe-github.ts";
import type { Situation } from "#state/situation.ts";
import { isTouched, secondsOf, strayNames } from "#state/standing.ts";
import type { GitHubWrites } from "#world/github.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { handOutTimeoutMs } from "./github-patience.ts";
import { githubOf, pending, standsMaybe, takeBack, whyNot } from "./github-place.ts";
import { unmended } from "./mending.ts";
import { recipientSetKind } from "./recipient-set.ts";
import { patchRecord } from "./record-open.ts";
import type { Step, StepWorld } from "./types.ts";

interface DuePlace {
  readonly place: DeliveryPlace;
  /** Empty when all of the place is due. */
  readonly strays: readonly string[];
  readonly isRemoved: boolean;
  /** Given nothing before, as it might not be then. */
  readonly isReady: boolean;
}

export const githubDeliver: StepRule = (situation, soFar) => {
  const { delivery, power, record, silo } = situation;
  if (!delivery?.isReachable || power.state !== "running") return [];
  if (unmended(situation, soFar).length > 0) return [];
  const withdrawn = soFar.filter(({ kind }) => kind === "github-withdraw");
  const isAllDue = withdrawn.length > 0 || !isSurelyOut(delivery, record);
  const due = duePlaces(situation, delivery, isAllDue);
  if (due.length === 0) return [];
  const ready = soFar
    .filter(({ kind }) => kind === "ready-wait" || kind === recipientSetKind)
    .concat(withdrawn)
    .map(keyOf);
  const isOpen = isAllDue
    ? record?.delivered === pending && withdrawn.length === 0
    : !due.some(({ isReady }) => isReady);
  const open = siloStep(situation, "github-open", {
    effect: "record",
    text: `Record that ${silo.slug} begins to hand out`,
    after: ready,
    run: (world) => patchRecord(world, situation, { [keys.delivered]: pending }),
  });
  const writes = due.map((one) => writeStep(situation, delivery, one, [...ready, open.key]));
  const mark = siloStep(situation, "github-mark", {
    effect: "record",
    text: `Record what ${silo.slug} has handed out`,
    after: writes.map(keyOf),
    run: (world) => patchRecord(world, situation, markOf(world, delivery, record, due)),
  });
  return [...(isOpen ? [] : [open]), ...writes, mark];
};

const keyOf = ({ key }: Step) => key;

function duePlaces(
  { observed, record }: Situation,
  delivery: DesiredDelivery,
  isAllDue: boolean,
): readonly DuePlace[] {
  const places = delivery.places.map((place) => {
    const seen = observed.standing?.get(place.label);
    return {
      place,
      strays: isAllDue ? [] : strayNames(place, delivery, record, observed.standing),
      isRemoved: seen === "absent",
      isReady: seen === "ready",
    };
  });
  if (isAllDue) return places;
  return places.filter(({ strays, isReady }) => strays.length > 0 || isReady);
}

/** A run that died while it took back has left the record as it was before: then all is looked at. */
export const isSurelyOut = (delivery: DesiredDelivery, record: SiloRecord | undefined): boolean =>
  record?.delivered === deliveredDigest(delivery, record) &&
  record.phase === undefined &&
  record.degraded === undefined;

/** What the record says once all that the matrix gives in a phase, and no more, is out. */
export const deliveredDigest = (
  delivery: DesiredDelivery,
  record: SiloRecord | undefined,
  phase: "running" | "degraded" = "running",
) => digestOf([delivery.digest, record?.generations.at(-1)?.number ?? 1, phase]);

function writeStep(
  situation: Situation,
  delivery: DesiredDelivery,
  due: DuePlace,
  after: readonly string[],
): Step {
  const { repository } = delivery;
  const { place } = due;
  return {
    ...siloStep(situation, `github-write-${place.label}`, {
      effect: "update",
      text: writeText(due, repository),
      after,
      timeoutMs: handOutTimeoutMs,
      run: (world) => write(world, situation, delivery, place),
    }),
    kind: "github-write",
  };
}

function writeText({ place, strays, isRemoved, isReady }: DuePlace, repository: string): string {
  const hand = `Hand out ${placeText(place)} in ${repository}`;
  if (isReady) return `${hand}: it may be now`;
  if (strays.length === 0) return hand;
  return isRemoved
    ? `${hand} again: the environment was removed by hand`
    : `Write ${strays.join(", ")} of ${whereText(place, repository)} again: changed or removed by hand`;
}

function placeText({ label, secrets, variables }: DeliveryPlace): string {
  const names = [...secrets, ...variables].map(({ field }) => field).join(", ");
  return label === "repository" ? names : `${names} in the environment ${label}`;
}

const whereText = ({ label }: DeliveryPlace, repository: string) =>
  label === "repository" ? repository : `the environment ${label} of ${repository}`;

function markOf(
  { facts }: StepWorld,
  delivery: DesiredDelivery,
  record: SiloRecord | undefined,
  due: readonly DuePlace[],
): Readonly<Record<string, string | null>> {
  const entries = due.map(({ place }) => handedMetadata(place.id, facts.handed.get(place.id)));
  return Object.assign({ [keys.delivered]: deliveredDigest(delivery, record) }, ...entries);
}

/** What stands there as it was written is left alone; what has no value is removed. */
async function write(
  world: StepWorld,
  { silo, record }: Situation,
  delivery: DesiredDelivery,
  target: DeliveryPlace,
): Promise<void> {
  const github = githubOf(world);
  const { repository } = delivery;
  const { place } = target;
  const withheld = await whyNot(github, delivery, target);
  if (withheld) {
    // What was written while it was guarded is not left there either.
    await takeBack(github, repository, target, record);
    world.facts.handed.set(target.id, withheld.reason);
    const why = `${withheld.text}; the next apply after that hands it out`;
    return world.note(`${silo.slug}: nothing is handed out in ${target.label}: ${why}`);
  }
  const info = connectionInfo(silo, await world.credentials(), record?.previewUrl);
  const given = givenValues(repository, target, info);
  const fingerprint = world.fingerprint(given);
  const before = record?.handed[target.id];
  const seen = await placeOn(github, repository, target);
  const mayStand = standsMaybe(record, target);
  const isCurrent = (name: string) =>
    before?.fingerprint === fingerprint && !isTouched(seen?.secrets.get(name), before);
  for (const { field, name } of target.secrets) {
    const value = info[field];
    if (!(value instanceof Secret)) {
      if (mayStand(seen?.secrets, name)) await github.deleteSecret(repository, place, name);
    } else if (!isCurrent(name)) await github.putSecret(repository, place, name, value);
  }
  for (const { field, name } of target.variables) {
    const value = info[field];
    if (typeof value !== "string") {
      if (mayStand(seen?.variables, name)) await github.deleteVariable(repository, place, name);
    } else if (seen?.variables.get(name) !== value) {
      await github.putVariable(repository, place, name, value);
    }
  }
  if (target.unsafe !== undefined && mayStand(seen?.variables, target.unsafe)) {
    await github.deleteVariable(repository, place, target.unsafe);
  }
  const provenAt = await provenAtOf(world, github, repository, target);
  const generation = record?.generations.at(-1)?.number ?? 1;
  world.facts.handed.set(target.id, { generation, provenAt, fingerprint });
}

/** The preview URL comes later and by itself. */
function givenValues(
  repository: string,
  { label, secrets, variables }: DeliveryPlace,
  info: Readonly<Partial<Record<Field, Secret | string>>>,
): readonly GivenValue[] {
  return [...secrets, ...variables].flatMap(({ field, name }) => {
    const value = info[field];
    if (value === undefined || field === "silo_preview_url") return [];
    return [{ consumer: "github", target: `${repository}/${label}`, name, value }];
  });
}

/**
 * The newest change of its secrets, as GitHub dates it: whatever is dated later was not ours. Looked
 * at after the write, so that two clocks are never compared.
 */
async function provenAtOf(
  { clock }: StepWorld,
  github: GitHubWrites,
  repository: string,
  target: DeliveryPlace,
): Promise<number> {
  const names = new Set(target.secrets.map(({ name }) => name));
  const listed = names.size > 0 ? await github.listSecrets(repository, target.place) : [];
  const times = (listed ?? [])
    .filter(({ name }) => names.has(name))
    .map(({ updatedAt }) => secondsOf(updatedAt));
  return times.length > 0 ? Math.max(...times) : secondsOf(new Date(clock.now()).toISOString());
}
