/**
 * A limit over all calls of one action, for limits whose scope is not documented. It is off until
 * a refusal shows that it exists. Then it starts at the documented pace and, while calls queue,
 * tries double the pace from time to time: a passing storm is soon forgotten, a real limit is
 * tried ever more rarely.
 */

import type { Clock } from "#world/effects.ts";
import { Bucket, type Rate, type TurnOptions } from "./bucket.ts";

const firstHoldMs = 10_000;
const longestHoldMs = 600_000;
const nextStepMs = 2_000;
/** So many times the documented pace is as good as no limit. */
const topSpeed = 64;
const unlimited = Number.POSITIVE_INFINITY;

export class SharedLimit {
  readonly #clock: Clock;
  readonly #rate: Rate;
  readonly #bucket: Bucket;
  #speed: number = unlimited;
  #holdMs = firstHoldMs;
  #changedAt = 0;
  #seen = false;

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#bucket = new Bucket(clock, { ...rate, everyMs: 0 });
  }

  async take(options: TurnOptions): Promise<void> {
    if (this.#speed === unlimited) return;
    this.#tryFaster();
    await this.#bucket.take(options);
    this.#tryFaster();
  }

  /** The API refused a call that no narrower limit explains. */
  refused(pauseMs: number): void {
    if (this.#seen && this.#speed > 1) this.#holdMs = Math.min(longestHoldMs, this.#holdMs * 4);
    this.#seen = true;
    this.#changedAt = this.#clock.now();
    this.#setSpeed(1);
    this.#bucket.drain(pauseMs);
  }

  #tryFaster(): void {
    if (this.#speed === unlimited || this.#bucket.waiting === 0) return;
    const steadyMs = this.#speed === 1 ? this.#holdMs : nextStepMs;
    if (this.#clock.now() - this.#changedAt < steadyMs) return;
    this.#changedAt = this.#clock.now();
    const faster = this.#speed * 2;
    this.#setSpeed(faster > topSpeed ? unlimited : faster);
  }

  #setSpeed(speed: number): void {
    this.#speed = speed;
    this.#bucket.pace(speed === unlimited ? 0 : this.#rate.everyMs / speed);
  }
}
