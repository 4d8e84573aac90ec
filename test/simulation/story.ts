/** A story: what people, ticks and the world do to silos, one after the other. Plain data, so that it can be told again and shortened. */

import { Dice } from "./dice.ts";
import { type Strike, strikes, type Trouble } from "./trouble.ts";

export type Event =
  | { readonly kind: "run"; readonly line: string; readonly trouble: Trouble }
  /** Two processes at once, the second one that much later. */
  | {
      readonly kind: "overlap";
      readonly lines: readonly [string, string];
      readonly afterMs: number;
    }
  /** A process dies, and the next thing that is asked for is another one. */
  | {
      readonly kind: "turn";
      readonly lines: readonly [string, string];
      readonly crash: Trouble & { readonly kind: "crash" };
    }
  | { readonly kind: "edit"; readonly slug: string; readonly spec: SpecChoice }
  | { readonly kind: "meddle"; readonly slug: string; readonly what: Meddling }
  | { readonly kind: "wait"; readonly ms: number };

export interface SpecChoice {
  readonly kongMb: number;
  readonly storageGb: number;
  readonly isPublic: boolean;
  readonly hasStudio: boolean;
  readonly isEnabled: boolean;
}

/** Done behind our back, by a person, by Fly or by somebody's script. */
export type Meddling =
  | "stop-machine"
  | "delete-machine"
  | "delete-secret"
  | "release-address"
  | "change-env"
  | "migrate-host"
  | "lose-status"
  | "overwrite-github-secret"
  | "delete-github-environment";

export interface Story {
  readonly seed: number;
  readonly slugs: readonly string[];
  readonly events: readonly Event[];
}

const allSlugs = ["acme-erp", "acme-crm"] as const;

export function drawStory(seed: number): Story {
  const dice = new Dice(seed);
  const slugs = dice.chance(0.3) ? [...allSlugs] : [allSlugs[0]];
  const sizes = new Map<string, number>();
  const events: Event[] = slugs.map((slug) => edit(dice, slug, sizes, true));
  events.push(run(dice, `apply${dice.chance(0.5) ? "" : ` ${slugs[0]}`}`));
  const length = dice.between(3, 8);
  for (let index = 0; index < length; index++) events.push(eventOf(dice, dice.pick(slugs), sizes));
  return { seed, slugs, events };
}

function eventOf(dice: Dice, slug: string, sizes: Map<string, number>): Event {
  const roll = dice.fraction();
  if (roll < 0.15) return edit(dice, slug, sizes, false);
  if (roll < 0.3) return { kind: "meddle", slug, what: dice.pick(meddlings) };
  if (roll < 0.36) return { kind: "wait", ms: dice.pick([1_000, 40_000, 3_600_000]) };
  if (roll < 0.46) {
    const lines = dice.pick(turns)(slug);
    return { kind: "turn", lines, crash: crashOf(dice) };
  }
  if (roll < 0.54) {
    const line = () => `${dice.pick(["apply", "apply", "start", "stop", "restart"])} ${slug}`;
    return { kind: "overlap", lines: [line(), line()], afterMs: dice.below(30_000) };
  }
  return run(dice, dice.pick(lines)(slug));
}

/** Where the second one says how it ends. */
const turns: readonly ((slug: string) => [string, string])[] = [
  (slug) => [`apply ${slug}`, `stop ${slug} --reason enough`],
  (slug) => [`start ${slug}`, `stop ${slug} --reason enough`],
  (slug) => [`restart ${slug}`, `stop ${slug} --reason enough`],
  (slug) => [`stop ${slug}`, `start ${slug} --reason again`],
  (slug) => [`drift ${slug} --heal`, `stop ${slug} --reason enough`],
];

const lines: readonly ((slug: string) => string)[] = [
  (slug) => `apply ${slug}`,
  () => "apply",
  (slug) => `stop ${slug} --reason lunch`,
  (slug) => `stop ${slug}`,
  (slug) => `start ${slug}`,
  (slug) => `start ${slug}`,
  (slug) => `restart ${slug}`,
  (slug) => `rotate ${slug}`,
  (slug) => `rotate ${slug} --reason leaked`,
  (slug) => `drift ${slug} --heal`,
  (slug) => `destroy ${slug} --now --allow-destroy`,
  () => "status",
  () => "plan",
];

const meddlings: readonly Meddling[] = [
  "stop-machine",
  "delete-machine",
  "delete-secret",
  "release-address",
  "change-env",
  "migrate-host",
  "lose-status",
  "overwrite-github-secret",
  "delete-github-environment",
];

const run = (dice: Dice, line: string): Event => ({ kind: "run", line, trouble: troubleOf(dice) });

function troubleOf(dice: Dice): Trouble {
  const roll = dice.fraction();
  if (roll < 0.2) return { kind: "none" };
  if (roll < 0.5) return crashOf(dice);
  const answer = dice.pick([408, 500, 502, 503, "reset"] as const);
  if (roll < 0.6) return { kind: "create", at: dice.between(1, 8), answer };
  if (roll < 0.75) {
    return { kind: "answer", at: dice.between(1, 160), answer, hasEffect: dice.chance(0.8) };
  }
  const kinds = strikes.filter(() => dice.chance(0.4));
  return {
    kind: "weather",
    seed: dice.below(2 ** 31),
    probability: dice.pick([0.01, 0.03, 0.06]),
    strikes: kinds.length > 0 ? kinds : [dice.pick<Strike>(strikes)],
  };
}

/** Some commands make fifty calls, some three hundred. */
function crashOf(dice: Dice): Trouble & { readonly kind: "crash" } {
  const at = dice.between(1, dice.pick([60, 160, 300]));
  return { kind: "crash", at, when: dice.pick(["before", "after"]) };
}

/** Volumes only grow: a smaller one is refused, which is another test's story. */
function edit(dice: Dice, slug: string, sizes: Map<string, number>, isFirst: boolean): Event {
  const storageGb = (sizes.get(slug) ?? 5) + (isFirst ? 0 : dice.below(3));
  sizes.set(slug, storageGb);
  return {
    kind: "edit",
    slug,
    spec: {
      kongMb: dice.pick([512, 1024]),
      storageGb,
      isPublic: dice.chance(0.7),
      hasStudio: dice.chance(0.8),
      isEnabled: isFirst || dice.chance(0.85),
    },
  };
}
