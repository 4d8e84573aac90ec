/** What a run is doing: a line a step on a plain stream, a tree that redraws itself on a terminal. */

import type { StepEvent } from "#engine/execute.ts";
import type { Step } from "#steps/types.ts";
import type { Style } from "./style.ts";

/** What a line of progress says when a step ends. */
export function progressLine(event: StepEvent, style: Style): string | undefined {
  if (event.type === "started") return undefined;
  const { step, result, ms } = event.outcome;
  if (result === "skipped" || result === "cancelled") return undefined;
  const sign = result === "done" ? style.green("done") : style.red("FAILED");
  return `${step.silo}  ${(step.service ?? "silo").padEnd(9)}  ${sign}  ${step.text}${took(ms)}`;
}

/** The state of a run, as lines that replace each other: one a service, with what it waits for. */
export class ProgressTree {
  readonly #running = new Map<string, Step>();
  readonly #done = new Map<string, number>();
  readonly #total = new Map<string, number>();
  readonly #order: string[] = [];

  constructor(steps: readonly Step[]) {
    for (const step of steps) {
      const row = rowOf(step);
      if (!this.#total.has(row)) this.#order.push(row);
      this.#total.set(row, (this.#total.get(row) ?? 0) + 1);
    }
  }

  update(event: StepEvent): void {
    const step = event.type === "started" ? event.step : event.outcome.step;
    if (event.type === "started") this.#running.set(step.key, step);
    else {
      this.#running.delete(step.key);
      this.#done.set(rowOf(step), (this.#done.get(rowOf(step)) ?? 0) + 1);
    }
  }

  lines(style: Style, columns: number): string[] {
    return this.#order.map((row) => {
      const done = this.#done.get(row) ?? 0;
      const total = this.#total.get(row) ?? 0;
      const now = [...this.#running.values()].filter((step) => rowOf(step) === row);
      const text = now.map((step) => step.text).join("; ");
      const bar = `${"█".repeat(done)}${"░".repeat(Math.max(0, total - done))}`;
      const plain = `${row.padEnd(24)} ${bar} ${done === total ? "done" : text}`;
      return done === total ? style.dim(plain.slice(0, columns)) : plain.slice(0, columns);
    });
  }
}

const rowOf = ({ silo, service }: Step) => `${silo} ${service ?? "silo"}`;

const took = (ms: number) => (ms >= 100 ? `  ${(ms / 1_000).toFixed(1)} s` : "");
