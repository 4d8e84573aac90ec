/**
 * What happens to machines by itself. Nothing here has a timer: every machine knows its next
 * transition, and whoever looks calls `settle` first, which applies all that are due in the
 * order of their times.
 */

import { DueQueue } from "./due-queue.ts";
import type { EventRow, MachineRow, Transition } from "./entities.ts";
import type { Ids } from "./ids.ts";
import { recordMachineView } from "./org-view.ts";
import {
  applyTransition,
  type Due,
  type Life,
  type TransitionParts,
  workOf,
} from "./transitions.ts";

export interface LifecycleParts extends TransitionParts {
  readonly ids: Ids;
  readonly now: () => number;
}

export class Lifecycle implements Life {
  readonly #parts: LifecycleParts;
  readonly #queue = new DueQueue<Due>();
  readonly #watchers = new Map<string, Set<() => void>>();
  #settling: Promise<void> = Promise.resolve();
  #draining = 0;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** Replaces whatever the machine would have done next. */
  schedule(row: MachineRow, transition: Transition): void {
    row.next = transition;
    this.#queue.push(transition.at, { row, transition });
  }

  /** Brings every machine to the present. */
  settle(): Promise<void> {
    const { nextAt } = this.#queue;
    const isDue = nextAt !== undefined && nextAt <= this.#parts.now();
    if (!isDue && this.#draining === 0) return Promise.resolve();
    this.#draining++;
    // A workload that throws fails the call that looked, not all that look later.
    this.#settling = this.#settling
      .catch(() => undefined)
      .then(() => this.#drain())
      .finally(() => {
        this.#draining--;
      });
    return this.#settling;
  }

  /** Sets a new state, seen from the outside since `at`. */
  enter(
    row: MachineRow,
    state: string,
    at: number,
    event?: Omit<EventRow, "id" | "timestamp">,
  ): void {
    row.state = state;
    recordRun(row, at);
    if (event) {
      row.events.unshift({ id: this.#parts.ids.ulid(at), timestamp: at, ...event });
      row.events.length = Math.min(row.events.length, 50);
    }
    this.touch(row, at);
  }

  touch(row: MachineRow, at: number): void {
    row.updatedMs = Math.max(at, row.updatedMs);
    recordMachineView(row, this.#parts.orgListLagMs);
    this.wake(row);
  }

  /** Calls back at every change until the returned function is called. */
  watch(row: MachineRow, wake: () => void): () => void {
    const watchers = this.#watchers.get(row.id) ?? new Set();
    this.#watchers.set(row.id, watchers.add(wake));
    return () => {
      watchers.delete(wake);
      if (watchers.size === 0) this.#watchers.delete(row.id);
    };
  }

  /** Makes those who wait for the machine look again. */
  wake(row: MachineRow): void {
    for (const wake of this.#watchers.get(row.id) ?? []) wake();
  }

  async #drain(): Promise<void> {
    for (;;) {
      const due = this.#queue.take(this.#parts.now()).filter(isStillNext);
      if (due.length === 0) {
        const { nextAt } = this.#queue;
        if (nextAt === undefined || nextAt > this.#parts.now()) return;
        continue;
      }
      // Machines due at the same moment boot side by side; an earlier one is always done first.
      const boots = await Promise.all(due.map((entry) => workOf(this, this.#parts, entry)));
      for (const [index, entry] of due.entries()) {
        if (!isStillNext(entry)) continue;
        entry.row.next = undefined;
        applyTransition(this, this.#parts, entry, boots[index]);
      }
    }
  }
}

const mostRuns = 500;

function recordRun(row: MachineRow, at: number): void {
  const { runs, state } = row;
  const last = runs.at(-1);
  const isOpen = last !== undefined && last.toMs === undefined;
  if (state === "started" && !isOpen) runs.push({ fromMs: at });
  if (state !== "started" && isOpen) last.toMs = at;
  if (runs.length > mostRuns) runs.shift();
}

function isStillNext({ row, transition }: Due): boolean {
  return row.next === transition;
}
