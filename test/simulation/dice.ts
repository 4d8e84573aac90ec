import { Seeded } from "#emulators/seeded.ts";

/** What a story is drawn with: numbers that a seed gives, always the same ones. */
export class Dice {
  readonly #chance: Seeded;

  constructor(seed: number) {
    this.#chance = new Seeded(seed);
  }

  /** In [0, 1). */
  fraction(): number {
    return this.#chance.fraction();
  }

  /** From 0 to below `limit`. */
  below(limit: number): number {
    return this.#chance.below(limit);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("There is nothing to pick from");
    return item;
  }
}
