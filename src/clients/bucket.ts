/**
 * A token bucket over an injected clock: at most `burst` turns at once, then one every `everyMs`.
 * In any window of t ms it lets through at most burst + t / everyMs.
 */

import type { Clock } from "#world/effects.ts";
import { Waiters } from "./waiters.ts";

export interface Rate {
  readonly everyMs: number;
  readonly burst: number;
}

export interface TurnOptions {
  /** Higher goes first; among equals who came first. */
  readonly priority: number;
  readonly signal?: AbortSignal | undefined;
}

export class Bucket {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #waiters = new Waiters();
  #everyMs: number;
  /** The time at which the bucket is full again (the generic cell rate algorithm). */
  #fullAt = Number.NEGATIVE_INFINITY;
  #pumping = false;

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#burst = rate.burst;
    this.#everyMs = rate.everyMs;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Whether a turn could be had at once. */
  get open(): boolean {
    return this.#opensAt() <= this.#clock.now();
  }

  async take(options: TurnOptions): Promise<void> {
    if (this.#waiters.size === 0 && this.open) return this.#pay();
    const turn = this.#waiters.join(options.priority, options.signal);
    void this.#pump();
    await turn;
  }

  /** Lets nobody through for `ms`, and then one at a time. */
  drain(ms: number): void {
    const empty = this.#clock.now() + ms + (this.#burst - 1) * this.#everyMs;
    this.#fullAt = Math.max(this.#fullAt, empty);
  }

  /** Changes the pace and keeps what is in the bucket; 0 lets everyone through. */
  pace(everyMs: number): void {
    const now = this.#clock.now();
    const missing = this.#everyMs > 0 ? Math.max(0, this.#fullAt - now) / this.#everyMs : 0;
    this.#everyMs = everyMs;
    this.#fullAt = now + missing * everyMs;
  }

  #opensAt(): number {
    return this.#fullAt - (this.#burst - 1) * this.#everyMs;
  }

  #pay(): void {
    this.#fullAt = Math.max(this.#fullAt, this.#clock.now()) + this.#everyMs;
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#waiters.size > 0) {
      const wait = this.#opensAt() - this.#clock.now();
      if (wait > 0) {
        await this.#clock.sleep(Math.ceil(wait));
      } else {
        this.#pay();
        this.#waiters.next();
      }
    }
    this.#pumping = false;
  }
}
