/** Steps in an order in which they can be done; ties by their place in the rules. */

import type { Step } from "#steps/types.ts";

export function orderSteps(steps: readonly Step[]): readonly Step[] {
  const known = new Set(steps.map(({ key }) => key));
  const present = (keys: readonly string[], own: string) =>
    [...new Set(keys)].filter((key) => known.has(key) && key !== own).sort();
  const waiting = steps.map((step) => ({
    ...step,
    // A step that is not in the plan counts as done.
    after: present(step.after, step.key),
    afterEnd: present(step.afterEnd, step.key),
  }));
  const done = new Set<string>();
  const ordered: Step[] = [];
  while (ordered.length < waiting.length) {
    const ready = waiting.filter(
      ({ key, after, afterEnd }) =>
        !done.has(key) && [...after, ...afterEnd].every((other) => done.has(other)),
    );
    if (ready.length === 0) throw new Error(`Steps wait for each other: ${cycle(waiting, done)}`);
    for (const step of ready) {
      done.add(step.key);
      ordered.push(step);
    }
  }
  return ordered;
}

const cycle = (steps: readonly Step[], done: ReadonlySet<string>) =>
  steps
    .map(({ key }) => key)
    .filter((key) => !done.has(key))
    .join(", ");
