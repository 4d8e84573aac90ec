/**
 * Time that passes only when nothing else is left to do: when the event loop has been idle for a
 * few turns, it jumps to the earliest sleeper. For everything that runs in one process.
 */

import type { Clock } from "#world/effects.ts";

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Turns of the event loop without a new sleeper before time moves. */
const idleTurns = 3;

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  /** Most of them are time limits that are called off: a set forgets one in no time. */
  readonly #sleepers = new Set<Sleeper>();
  #pumping = false;
  #realWork = 0;

  constructor(start = Date.UTC(2026, 10, 24, 12)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        at: this.#now + Math.max(0, Math.ceil(ms)),
        order: this.#order++,
        wake: () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#sleepers.add(sleeper);
      this.#pump();
    });
  }

  /** Holds time still while real work (a socket, a child process) is under way. */
  async whileRealWork<T>(work: Promise<T>): Promise<T> {
    this.#realWork++;
    try {
      return await work;
    } finally {
      this.#realWork--;
      this.#pump();
    }
  }

  /** Moves time by hand, waking everyone on the way in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#earliest(); next && next.at <= until; next = this.#earliest()) {
      this.#wake(next);
    }
    this.#now = until;
  }

  #earliest(): Sleeper | undefined {
    let best: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (!best || sleeper.at < best.at || (sleeper.at === best.at && sleeper.order < best.order)) {
        best = sleeper;
      }
    }
    return best;
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers.delete(sleeper);
    this.#now = Math.max(this.#now, sleeper.at);
    sleeper.wake();
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    const turn = (left: number, seen: number) => {
      if (this.#realWork > 0 || this.#sleepers.size === 0) {
        this.#pumping = false;
        return;
      }
      if (this.#order !== seen) return void setImmediate(turn, idleTurns, this.#order);
      if (left > 0) return void setImmediate(turn, left - 1, seen);
      const next = this.#earliest();
      if (next) this.#wake(next);
      setImmediate(turn, idleTurns, this.#order);
    };
    setImmediate(turn, idleTurns, this.#order);
  }
}
