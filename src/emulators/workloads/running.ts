/** Which processes run in which machine, and who of them answers a port. */

import type { Listener, Process } from "./program.ts";

export interface RunningContainer {
  readonly name: string;
  readonly process: Process;
}

/** By machine id. */
export type RunningMachines = Map<string, readonly RunningContainer[]>;

export interface FoundListener {
  readonly process: Process;
  readonly port: number;
}

export function findListener(
  containers: readonly RunningContainer[] | undefined,
  port: number,
  answers: (listener: Listener) => boolean,
): FoundListener | undefined {
  for (const { process } of containers ?? []) {
    if (process.answersAnyPort) return { process, port };
    const found = process.listeners.find((one) => one.port === port && answers(one));
    if (found) return { process, port };
  }
  return undefined;
}
