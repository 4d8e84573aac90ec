/** What a run is doing: a line a step on a plain stream, a tree that redraws itself on a terminal. */

import type { StepEvent } from "#engine/execute.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Step } from "#steps/types.ts";
import type { Style } from "./style.ts";

/** What a line of progress says when a step ends. */
export function progressLine(event: StepEvent, style: Style): string | undefined {
  if (event.type === "started") return undefined;
  const { step, result, ms } = event.outcome;
  if (result === "skipped" || result === "cancelled") return undefined;
  const sign = result === "done" ? style.green("done") : style.red("FAILED");
  return `${step.silo}  ${(step.service ?? "silo").padEnd(9)}  ${sign}  ${plainText(step.text)}${took(ms)}`;
}

const barWidth = 10;

/** The state of a run, as lines that replace each other: one a service, with what it waits for. */
export class ProgressTree {
  readonly #rows: ReadonlyMap<string, readonly Step[]>;
  readonly #running = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #names: ReadonlyMap<string, string>;

  constructor(steps: readonly Step[]) {
    this.#rows = Map.groupBy(steps, rowOf);
    this.#names = new Map(steps.map((step) => [step.key, step.service ?? "the silo"]));
  }

  update(event: StepEvent): void {
    if (event.type === "started") this.#running.add(event.step.key);
    else {
      this.#running.delete(event.outcome.step.key);
      this.#ended.add(event.outcome.step.key);
    }
  }

  get height(): number {
    return this.#rows.size;
  }

  lines(style: Style, columns: number): string[] {
    const width = Math.max(...[...this.#rows.keys()].map((row) => row.length));
    return [...this.#rows].map(([row, steps]) => {
      const ended = steps.filter(({ key }) => this.#ended.has(key)).length;
      const filled = Math.floor((ended / steps.length) * barWidth);
      const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
      const line = `${row.padEnd(width)}  ${bar}  ${this.#doing(steps)}`.slice(0, columns);
      return ended === steps.length ? style.dim(line) : line;
    });
  }

  #doing(steps: readonly Step[]): string {
    const running = steps.filter(({ key }) => this.#running.has(key));
    if (running.length > 0) return running.map(({ text }) => plainText(text)).join("; ");
    const next = steps.find(({ key }) => !this.#ended.has(key));
    if (!next) return "done";
    const missing = next.after.filter((key) => !this.#ended.has(key));
    const names = new Set(missing.map((key) => this.#names.get(key) ?? ""));
    return names.size === 0 || names.size > 3 ? "" : `waits for ${[...names].join(", ")}`;
  }
}

const rowOf = ({ silo, service }: Step) => `${silo}  ${service ?? "silo"}`;

const took = (ms: number) => (ms >= 100 ? `  ${(ms / 1_000).toFixed(1)} s` : "");
