/**
 * The silo record: what a silo knows of itself, as metadata of its kong machine. Fly plus this
 * record is the truth; every file is a copy. Identity (incarnation, generations) is copied to all
 * six machines, so that it outlives any one of them.
 */

import { type AwakeDays, readAwake } from "./awake.ts";
import { type Degraded, readDegraded } from "./degraded.ts";
import type { Generation } from "./derive.ts";
import { Refused } from "./errors.ts";
import { type FrontendPlace, readFrontendPlace } from "./frontend-place.ts";
import { type HandedOut, readHanded, readWithheld, type Withheld } from "./handed-out.ts";
import { type Hold, type LastUse, readHolds, readLastUse } from "./holds.ts";
import { type KeptVolumes, readKeptVolumes } from "./kept-volumes.ts";
import { keys, type Metadata, managedBy } from "./record-keys.ts";
import { type Move, type Restoration, readMove, readRestoration } from "./takeover.ts";

export { keys, type Metadata, managedBy };

/** A transition under way; absent when the silo is at rest. */
export type TransitionPhase = "provisioning" | "stopping" | "destroying";

export type PowerState = "running" | "stopped";
export type PowerOrigin = "spec" | "dispatch" | "auto-stop" | "expiry" | "budget";

export interface Power {
  readonly desired: PowerState;
  readonly by: PowerOrigin;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface Identity {
  readonly incarnation: string;
  /** Ascending; append-only; the highest one is in force. */
  readonly generations: readonly Generation[];
}

/** A change of keys that some part of the silo may not have followed yet. */
export interface Rotation {
  /** The generation that is to be in force everywhere: always the newest one. */
  readonly to: number;
  readonly reason: string;
}

export interface SiloRecord extends Identity {
  readonly phase: TransitionPhase | undefined;
  readonly power: Power;
  readonly preventDestroy: boolean;
  readonly firstHealthyAt: string | undefined;
  readonly check: string | undefined;
  readonly startedAt: string | undefined;
  readonly stoppedAt: string | undefined;
  readonly startSeconds: number | undefined;
  /** Digest of what was handed out by GitHub, or `pending` while some of it may be; absent when nothing is. */
  readonly delivered: string | undefined;
  /** Repository in which it may hand out, where that is not the one that holds the silos. */
  readonly recipient: string | undefined;
  /** By place: `repository`, the role of an environment, `netlify`. */
  readonly handed: Readonly<Record<string, HandedOut>>;
  /** By place: why nothing is there while all else is handed out. */
  readonly withheld: Readonly<Record<string, Withheld>>;
  /** Digest of what the frontend was built with; absent before the first build. */
  readonly frontend: string | undefined;
  /** Where values for it may stand; absent before an apply has let a site in. */
  readonly frontendPlace: FrontendPlace | undefined;
  /** Where Netlify shows the frontend, as its API gave it. */
  readonly previewUrl: string | undefined;
  readonly rotation: Rotation | undefined;
  /** The `expires_at` after which it was stopped, with a snapshot of its data. */
  readonly expired: string | undefined;
  readonly awake: AwakeDays;
  /** What people were told of before it happens: when, of a stop; of which end. */
  readonly told: { readonly stop?: string | undefined; readonly expiry?: string | undefined };
  readonly degraded: Degraded | undefined;
  readonly holds: readonly Hold[];
  readonly lastUse: LastUse | undefined;
  /** Under way to another region; its home is still where it comes from. */
  readonly move: Move | undefined;
  /** Where it comes from, while something of it is left there. */
  readonly movedFrom: string | undefined;
  readonly restore: Restoration | undefined;
  readonly keptVolumes: KeptVolumes;
}

export function identityMetadata(identity: Identity): Metadata {
  return {
    [keys.incarnation]: identity.incarnation,
    ...Object.fromEntries(
      identity.generations.map((generation) => [
        `${keys.generationPrefix}${generation.number}`,
        datesText(generation),
      ]),
    ),
  };
}

/** The union of what the machines say; a disagreement is never settled by guessing. */
export function readIdentity(slug: string, all: readonly Metadata[]): Identity | undefined {
  const incarnations = new Set(all.flatMap((metadata) => metadata[keys.incarnation] ?? []));
  const [incarnation, ...others] = incarnations;
  if (incarnation === undefined) return undefined;
  if (others.length > 0) throw disagreement(slug, "which incarnation of the silo they belong to");
  const generations = new Map<number, Generation>();
  for (const generation of all.flatMap(readGenerations)) {
    const known = generations.get(generation.number);
    if (known && JSON.stringify(known) !== JSON.stringify(generation)) {
      throw disagreement(slug, `what generation ${generation.number} is`);
    }
    generations.set(generation.number, generation);
  }
  if (generations.size === 0) return undefined;
  return {
    incarnation,
    generations: withKept([...generations.values()].sort((a, b) => a.number - b.number)),
  };
}

/** No two generations have the same dates, but one that has kept the keys of the one before. */
function withKept(ascending: readonly Generation[]): readonly Generation[] {
  return ascending.map((generation) => {
    const text = datesText(generation);
    const first = ascending.find((other) => datesText(other) === text);
    return !first || first === generation ? generation : { ...generation, signedAs: first.number };
  });
}

const datesText = ({ issuedAt, expiresAt, keyId }: Generation): string =>
  `${issuedAt}:${expiresAt}:${keyId}`;

/**
 * Every machine carries the whole identity from its creation on: one that carries less of it, or
 * more, was changed by hand, and what it says must not decide which keys are in force. Only while
 * a rotation is unfinished may its generation not be on every machine yet: the record says so, and
 * has it itself.
 */
export function assertWholeIdentity(
  slug: string,
  identity: Identity,
  all: readonly Metadata[],
): void {
  const isRotating = all.some((metadata) => readRotation(identity, metadata) !== undefined);
  const newest = `${keys.generationPrefix}${identity.generations.at(-1)?.number}`;
  const mayLack = (key: string, metadata: Metadata) =>
    isRotating && key === newest && !(key in metadata) && !(keys.rotation in metadata);
  const wanted = identityMetadata(identity);
  const isPart = (key: string) => key === keys.incarnation || key.startsWith(keys.generationPrefix);
  const isWhole = (metadata: Metadata) =>
    Object.keys(wanted).every((key) => metadata[key] === wanted[key] || mayLack(key, metadata)) &&
    Object.keys(metadata).every((key) => !isPart(key) || key in wanted);
  if (!all.every(isWhole)) throw disagreement(slug, "which generations of keys there are");
}

export function readRecord(identity: Identity, metadata: Metadata): SiloRecord {
  const seconds = Number(metadata[keys.startSeconds]);
  return {
    ...identity,
    phase: readPhase(metadata[keys.phase]),
    power: {
      desired: metadata[keys.power] === "stopped" ? "stopped" : "running",
      by: readOrigin(metadata[keys.powerBy]),
      reason: metadata[keys.powerReason] ?? "",
      at: metadata[keys.powerAt] ?? "",
    },
    // Whatever is not plainly `false` protects.
    preventDestroy: metadata[keys.preventDestroy] !== "false",
    firstHealthyAt: metadata[keys.firstHealthyAt],
    check: metadata[keys.check],
    startedAt: metadata[keys.startedAt],
    stoppedAt: metadata[keys.stoppedAt],
    startSeconds: Number.isFinite(seconds) ? seconds : undefined,
    delivered: metadata[keys.delivered],
    recipient: metadata[keys.recipient],
    handed: readHanded(metadata),
    withheld: readWithheld(metadata),
    frontend: metadata[keys.frontend],
    frontendPlace: readFrontendPlace(metadata[keys.frontendPlace]),
    previewUrl: metadata[keys.previewUrl],
    rotation: readRotation(identity, metadata),
    expired: metadata[keys.expired],
    awake: readAwake(metadata),
    told: { stop: metadata[keys.toldStop], expiry: metadata[keys.toldExpiry] },
    degraded: readDegraded(metadata[keys.degraded]),
    holds: readHolds(metadata),
    lastUse: readLastUse(metadata),
    move: readMove(metadata),
    movedFrom: metadata[keys.movedFrom],
    restore: readRestoration(metadata),
    keptVolumes: readKeptVolumes(metadata),
  };
}

export function powerMetadata(power: Power): Metadata {
  return {
    [keys.power]: power.desired,
    [keys.powerBy]: power.by,
    [keys.powerReason]: power.reason,
    [keys.powerAt]: power.at,
  };
}

function readRotation({ generations }: Identity, metadata: Metadata): Rotation | undefined {
  const to = generations.at(-1)?.number;
  if (to === undefined || metadata[keys.rotation] !== String(to)) return undefined;
  return { to, reason: metadata[keys.rotationReason] ?? "" };
}

export function readGenerations(metadata: Metadata): Generation[] {
  return Object.entries(metadata).flatMap(([key, value]) => {
    if (!key.startsWith(keys.generationPrefix)) return [];
    const number = Number(key.slice(keys.generationPrefix.length));
    const [issuedAt, expiresAt, keyId] = value.split(":");
    const generation = {
      number,
      issuedAt: Number(issuedAt),
      expiresAt: Number(expiresAt),
      keyId: keyId ?? "",
    };
    const isSound =
      Number.isSafeInteger(number) &&
      number > 0 &&
      generation.issuedAt > 0 &&
      generation.expiresAt > generation.issuedAt;
    return isSound ? [generation] : [];
  });
}

function readPhase(text: string | undefined): TransitionPhase | undefined {
  return text === "provisioning" || text === "stopping" || text === "destroying" ? text : undefined;
}

function readOrigin(text: string | undefined): PowerOrigin {
  return text === "spec" || text === "auto-stop" || text === "expiry" || text === "budget"
    ? text
    : "dispatch";
}

function disagreement(slug: string, about: string): Refused {
  return new Refused(`The machines of ${slug} disagree about ${about}`, {
    exitCode: 4,
    fix: "somebody changed it by hand: compare the metadata of its machines with `fly machine status`, and restore it",
  });
}
