/** A binary heap of things that are due, earliest first; at the same time, first come first. */

interface Entry<T> {
  readonly at: number;
  readonly order: number;
  readonly item: T;
}

export class DueQueue<T> {
  #heap: Entry<T>[] = [];
  #order = 0;

  push(at: number, item: T): void {
    const heap = this.#heap;
    const entry = { at, order: this.#order++, item };
    let index = heap.length;
    heap.push(entry);
    for (;;) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (index === 0 || !parent || !isBefore(entry, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  get nextAt(): number | undefined {
    return this.#heap[0]?.at;
  }

  /** Everything of the earliest moment that is not after `now`. */
  take(now: number): T[] {
    const at = this.nextAt;
    const taken: T[] = [];
    if (at === undefined || at > now) return taken;
    while (this.nextAt === at) {
      const entry = this.#pop();
      if (entry) taken.push(entry.item);
    }
    return taken;
  }

  #pop(): Entry<T> | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || top === last) return top;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const a = heap[left];
      if (!a) break;
      const b = heap[left + 1];
      const [child, childIndex] = b && isBefore(b, a) ? [b, left + 1] : [a, left];
      if (!isBefore(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
    return top;
  }
}

function isBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
