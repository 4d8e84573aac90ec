/** The value of a query at one moment. Functions are those of MetricsQL, which Fly speaks. */

import { type Expression, QueryProblem, type Selector } from "./promql.ts";
import type { Labels, Sample, Series, Span } from "./sample.ts";

export type ReadSeries = (
  name: string,
  isWanted: (labels: Labels) => boolean,
  span: Span,
) => readonly Series[];

export interface Value {
  readonly labels: Labels;
  readonly value: number;
}

/** How long the newest sample counts where no range is named. */
const lookBackMs = 300_000;
/** How far before a range the sample may be that the first one in it is compared with. */
const neighbourMs = 60_000;

export function evaluate(expression: Expression, atMs: number, read: ReadSeries): Value[] {
  switch (expression.kind) {
    case "number":
      return [{ labels: {}, value: expression.value }];
    case "selector":
      if (expression.rangeMs !== undefined) throw refused("a range must be in a function");
      return series(expression, atMs, lookBackMs, read).map(({ labels, samples }) => ({
        labels: { __name__: expression.name, ...labels },
        value: samples.at(-1)?.value ?? Number.NaN,
      }));
    case "function":
      return overRange(expression.name, expression.of, atMs, read);
    case "aggregate":
      return aggregated(expression, evaluate(expression.of, atMs, read));
    case "binary":
      return combined(expression, (side) => evaluate(side, atMs, read));
  }
}

const refused = (why: string): QueryProblem => new QueryProblem(why);

function series(selector: Selector, atMs: number, rangeMs: number, read: ReadSeries) {
  const isWanted = (labels: Labels) =>
    selector.matchers.every(({ label, isWanted }) => isWanted(labels[label] ?? ""));
  return read(selector.name, isWanted, { fromMs: atMs - rangeMs, toMs: atMs });
}

function overRange(name: string, selector: Selector, atMs: number, read: ReadSeries): Value[] {
  const rangeMs = selector.rangeMs ?? 0;
  const fold = folds[name];
  if (!fold) throw refused(`unknown function ${name}`);
  return series(selector, atMs, rangeMs + neighbourMs, read).flatMap(({ labels, samples }) => {
    const inside = samples.filter((sample) => sample.atMs > atMs - rangeMs);
    const before = samples.findLast((sample) => sample.atMs <= atMs - rangeMs);
    const value = inside.length > 0 ? fold(inside, before) : undefined;
    return value === undefined ? [] : [{ labels, value }];
  });
}

type Fold = (inside: readonly Sample[], before: Sample | undefined) => number | undefined;

const values = (samples: readonly Sample[]) => samples.map(({ value }) => value);

/** A counter that is new has come from 0; one that goes down was started again. */
function increase(inside: readonly Sample[], before: Sample | undefined): number {
  let last = before?.value ?? 0;
  let sum = 0;
  for (const { value } of inside) {
    sum += value >= last ? value - last : value;
    last = value;
  }
  return sum;
}

const folds: Readonly<Record<string, Fold>> = {
  count_over_time: (inside) => inside.length,
  increase,
  last_over_time: (inside) => inside.at(-1)?.value,
  max_over_time: (inside) => Math.max(...values(inside)),
  min_over_time: (inside) => Math.min(...values(inside)),
  rate(inside, before) {
    const [first = inside[0], ...later] = before ? [before, ...inside] : inside;
    const last = later.at(-1);
    if (!first || !last) return undefined;
    return (increase(later, first) * 1_000) / (last.atMs - first.atMs);
  },
  tlast_over_time: (inside) => (inside.at(-1)?.atMs ?? 0) / 1_000,
  /** A sample with none before it counts as a change. */
  tlast_change_over_time(inside, before) {
    const all = before ? [before, ...inside] : inside;
    for (let at = all.length - 1; at >= 0; at--) {
      const [sample, earlier] = [all[at], all[at - 1]];
      if (!sample || sample === before) return undefined;
      if (!earlier || earlier.value !== sample.value) return sample.atMs / 1_000;
    }
    return undefined;
  },
};

const aggregators: Readonly<Record<string, (numbers: readonly number[]) => number>> = {
  count: (numbers) => numbers.length,
  max: (numbers) => Math.max(...numbers),
  min: (numbers) => Math.min(...numbers),
  sum: (numbers) => numbers.reduce((a, b) => a + b, 0),
};

function aggregated(
  { name, by }: Extract<Expression, { kind: "aggregate" }>,
  all: readonly Value[],
): Value[] {
  const groups = Map.groupBy(all, ({ labels }) => keyOf(picked(labels, by)));
  return [...groups.values()].map((group) => ({
    labels: picked(group[0]?.labels ?? {}, by),
    value: aggregators[name]?.(group.map(({ value }) => value)) ?? Number.NaN,
  }));
}

const picked = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(names.flatMap((name) => (labels[name] ? [[name, labels[name]]] : [])));

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

/** Series with the same labels, or all of them with a number. */
function combined(
  { operator, left, right }: Extract<Expression, { kind: "binary" }>,
  sideOf: (side: Expression) => Value[],
): Value[] {
  const [ours, theirs] = [sideOf(left), sideOf(right)];
  const apply = operators[operator] ?? (() => Number.NaN);
  const [onlyLeft, onlyRight] = [left.kind === "number", right.kind === "number"];
  if (onlyRight) {
    return ours.map(({ labels, value }) => ({
      labels: nameless(labels),
      value: apply(value, theirs[0]?.value ?? Number.NaN),
    }));
  }
  if (onlyLeft) {
    return theirs.map(({ labels, value }) => ({
      labels: nameless(labels),
      value: apply(ours[0]?.value ?? Number.NaN, value),
    }));
  }
  const byLabels = new Map(theirs.map((one) => [keyOf(nameless(one.labels)), one.value]));
  return ours.flatMap(({ labels, value }) => {
    const kept = nameless(labels);
    const other = byLabels.get(keyOf(kept));
    return other === undefined ? [] : [{ labels: kept, value: apply(value, other) }];
  });
}

const nameless = ({ __name__: _name, ...labels }: Labels): Labels => labels;
