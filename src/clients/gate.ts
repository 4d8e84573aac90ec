/**
 * How many calls are under way at once: starts optimistic, grows with every success and is halved
 * when the API is in trouble, so that it is never asked for more than it bears.
 */

import type { TurnOptions } from "./bucket.ts";
import { Waiters } from "./waiters.ts";

export type Outcome = "well" | "badly";

export interface GateSize {
  readonly start: number;
  readonly least: number;
  readonly most: number;
}

export class Gate {
  readonly #size: GateSize;
  readonly #waiters = new Waiters();
  #width: number;
  #inside = 0;
  /** Counts the halvings: calls that entered before one do not cause another. */
  #era = 0;

  constructor(size: GateSize) {
    this.#size = size;
    this.#width = size.start;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Resolves, when there is room, to the function that gives the place back. */
  async enter(options: TurnOptions): Promise<(outcome: Outcome) => void> {
    if (this.#inside < this.#width) this.#inside++;
    else await this.#waiters.join(options.priority, options.signal);
    const era = this.#era;
    return (outcome) => this.#leave(outcome, era);
  }

  #leave(outcome: Outcome, era: number): void {
    this.#inside--;
    if (outcome === "well") this.#width = Math.min(this.#size.most, this.#width + 1);
    else if (era === this.#era) {
      this.#era++;
      this.#width = Math.max(this.#size.least, Math.floor(this.#width / 2));
    }
    while (this.#waiters.size > 0 && this.#inside < this.#width) {
      this.#inside++;
      this.#waiters.next();
    }
  }
}
