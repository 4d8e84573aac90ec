/** Where the time of a run went: each step beside the bound, with what it waited for. */

import type { Span } from "./critical-path.ts";
import type { Measured, MeasuredSilo, MeasuredStep } from "./scenario.ts";

/** Of the silo that ended last. */
export function traceText({ silos, of }: Measured, bound: ReadonlyMap<string, Span>): string {
  const last = silos.toSorted((a, b) => endOf(b) - endOf(a))[0];
  if (!last) return "";
  const ends = new Map(last.steps.map((step) => [nameOf(step.key), step.endMs]));
  const rows = last.steps.map((step) => rowOf(step, bound, waitedFor(step, of.steps, ends)));
  const head = row(["step", "start", "end", "could start", "could end", "waited for"]);
  return [`  trace of ${last.silo}, in seconds`, head, ...rows, ""].join("\n");
}

const endOf = ({ steps }: MeasuredSilo) => Math.max(...steps.map(({ endMs }) => endMs));

/** The bound is of one silo, the run of many: keys are compared without the silo. */
const nameOf = (key: string) => key.slice(key.indexOf("/") + 1);

/** The step before it that ended last. */
function waitedFor(
  { key }: MeasuredStep,
  steps: Measured["of"]["steps"],
  ends: ReadonlyMap<string, number>,
): string {
  const after = steps.find((step) => nameOf(step.key) === nameOf(key))?.after ?? [];
  const known = after.map(nameOf).filter((name) => ends.has(name));
  return known.toSorted((a, b) => (ends.get(b) ?? 0) - (ends.get(a) ?? 0))[0] ?? "";
}

function rowOf(step: MeasuredStep, bound: ReadonlyMap<string, Span>, waited: string): string {
  const name = nameOf(step.key);
  const could = [...bound].find(([key]) => nameOf(key) === name)?.[1];
  return row([
    name,
    seconds(step.startMs),
    seconds(step.endMs),
    could ? seconds(could.startMs) : "",
    could ? seconds(could.endMs) : "",
    waited,
  ]);
}

function row([name = "", ...cells]: readonly string[]): string {
  const last = cells.pop() ?? "";
  return `  ${name.padEnd(30)}${cells.map((cell) => cell.padStart(12)).join("")}  ${last}`;
}

const seconds = (ms: number) => (ms / 1_000).toFixed(2);
