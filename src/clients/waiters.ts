/** Who waits for a turn: the highest priority first, among equals who came first. */

interface Waiter {
  readonly priority: number;
  readonly go: () => void;
}

export class Waiters {
  readonly #queue: Waiter[] = [];

  get size(): number {
    return this.#queue.length;
  }

  /** Resolves at the caller's turn; rejects with the signal's reason when it is aborted first. */
  join(priority: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        const at = this.#queue.indexOf(waiter);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(signal?.reason);
      };
      const go = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const waiter: Waiter = { priority, go };
      signal?.addEventListener("abort", leave, { once: true });
      this.#queue.splice(this.#place(priority), 0, waiter);
    });
  }

  /** Gives the first one its turn. */
  next(): void {
    this.#queue.shift()?.go();
  }

  /** After everyone of the same or a higher priority. */
  #place(priority: number): number {
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#queue[middle];
      if (other && other.priority >= priority) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
