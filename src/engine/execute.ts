/**
 * Doing steps: as soon as what they wait for is done, as many at once as the lane allows, each
 * within its time. Knows no kind of step. Never throws for one: outcomes are values.
 */

import type { Step } from "#steps/types.ts";
import type { Clock } from "#world/effects.ts";

export type StepOutcome = {
  readonly step: Step;
  readonly startedAt: number;
  readonly ms: number;
} & (
  | { readonly result: "done" | "skipped" | "cancelled" }
  | { readonly result: "failed"; readonly error: unknown }
);

export type StepEvent =
  | { readonly type: "started"; readonly step: Step }
  | { readonly type: "ended"; readonly outcome: StepOutcome };

export interface Execution {
  readonly clock: Clock;
  /** No step is begun after it is aborted; running ones are told. */
  readonly signal: AbortSignal;
  readonly run: (step: Step, signal: AbortSignal) => Promise<void>;
  readonly onEvent?: (event: StepEvent) => void;
}

export function execute(
  steps: readonly Step[],
  execution: Execution,
): Promise<readonly StepOutcome[]> {
  const endings = new Map<string, Promise<StepOutcome>>();
  // Ordered, so that whatever a step waits for is already in the map.
  for (const step of steps) {
    const endingsOf = (keys: readonly string[]) => keys.flatMap((key) => endings.get(key) ?? []);
    const before = { done: endingsOf(step.after), ended: endingsOf(step.afterEnd) };
    endings.set(step.key, afterAll(step, before, execution));
  }
  return Promise.all(endings.values());
}

async function afterAll(
  step: Step,
  before: Readonly<Record<"done" | "ended", readonly Promise<StepOutcome>[]>>,
  execution: Execution,
): Promise<StepOutcome> {
  const { clock, signal, onEvent } = execution;
  await Promise.all(before.ended);
  const isFree = (await Promise.all(before.done)).every(({ result }) => result === "done");
  const startedAt = clock.now();
  const end = (outcome: Pick<StepOutcome, "result"> & { error?: unknown }) => {
    const full = { ...outcome, step, startedAt, ms: clock.now() - startedAt } as StepOutcome;
    onEvent?.({ type: "ended", outcome: full });
    return full;
  };
  if (signal.aborted) return end({ result: "cancelled" });
  if (!isFree) return end({ result: "skipped" });
  onEvent?.({ type: "started", step });
  try {
    await withinTime(step, execution);
    return end({ result: "done" });
  } catch (error) {
    return signal.aborted ? end({ result: "cancelled" }) : end({ result: "failed", error });
  }
}

/** The step's own deadline; a late answer of the step is ignored. */
async function withinTime(step: Step, { clock, signal, run }: Execution): Promise<void> {
  const timer = new AbortController();
  const work = new AbortController();
  const stop = AbortSignal.any([signal, work.signal]);
  const deadline = clock.sleep(step.timeoutMs, timer.signal).then(
    () => {
      const error = new Error(`It took longer than ${step.timeoutMs / 1_000} s`);
      work.abort(error);
      throw error;
    },
    () => undefined,
  );
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    await Promise.race([run(step, stop), deadline.then(() => never), aborted]);
  } finally {
    timer.abort();
  }
}

const never = new Promise<never>(() => {});
