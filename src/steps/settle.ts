/**
 * Waiting with the API's own wait, which answers the moment a state is there. It only saves polls:
 * where it fails or takes too long the caller looks for itself, as it would have done without.
 */

import { ApiError } from "#silo/errors.ts";
import type { StepWorld } from "./types.ts";

/** A machine in one of these does nothing by itself. */
export const restStates = ["stopped", "suspended", "created", "failed", "destroyed"];

/** Something is under way that will end by itself: a pull, a start, an update, a stop. */
export const isMoving = (state: string): boolean => ![...restStates, "started"].includes(state);

interface Which {
  readonly app: string;
  readonly id: string;
  readonly timeoutMs: number;
}

/** `settled` is any state that lasts: a pull, an update or a stop under way is over. */
export async function untilState(
  { fly, signal }: Pick<StepWorld, "fly" | "signal">,
  state: "settled" | "started",
  { app, id, timeoutMs }: Which,
): Promise<void> {
  try {
    await fly.waitMachine(app, id, { states: [state], timeoutMs }, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || signal.aborted) throw error;
  }
}
