/**
 * The least time that a plan can take by the latency model, whoever carries it out. From the steps
 * and their `after`; of each kind of step only the calls and transitions it cannot do without. A
 * call may be under way while what it waits for happens, so no look and no poll is counted.
 */

import {
  firstPassMs,
  type LatencyModel,
  machineInitMs,
  machinePullMs,
} from "#emulators/fly/latency.ts";
import type { ServiceName } from "#silo/names.ts";
import type { DesiredSilo } from "#state/desire.ts";
import type { Step } from "#steps/types.ts";

export type PathStep = Pick<Step, "key" | "kind" | "service" | "stage" | "after">;

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

export interface PathOptions {
  readonly model: LatencyModel;
  readonly desired: DesiredSilo;
  /** Whether a Postgres has to make its database, and the others their first start. */
  readonly isFirstBoot: boolean;
}

/** When each step can start and end at the earliest; `startOf` says what else a step waits for. */
export function timeSteps(
  steps: readonly PathStep[],
  options: PathOptions,
  startOf: (step: PathStep) => number = () => 0,
): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  const machines = new Map<ServiceName, Machine>();
  for (const step of steps) {
    const startMs = Math.max(
      startOf(step),
      ...step.after.map((key) => spans.get(key)?.endMs ?? Number.NEGATIVE_INFINITY),
    );
    const machine = machineOf(machines, step.service);
    spans.set(step.key, { startMs, endMs: endOf(step, startMs, machine, options) });
  }
  return spans;
}

export function endOfAll(spans: ReadonlyMap<string, Span>): number {
  return Math.max(...[...spans.values()].map(({ endMs }) => endMs));
}

/** What comes by itself after a call was answered. */
interface Machine {
  secretsReadyMs: number;
  volumeReadyMs: number;
  /** The image is there and the machine can be started. */
  restsMs: number;
  startedMs: number;
}

function endOf(step: PathStep, startMs: number, machine: Machine, options: PathOptions): number {
  const { model, desired } = options;
  const after = (...actions: readonly string[]) =>
    actions.reduce((sum, action) => sum + model.callMs(action), startMs);
  const config = step.service && desired[step.service].machine;
  switch (step.kind) {
    case "app-create":
      return after("app-create");
    case "secrets-set":
      machine.secretsReadyMs = after("secrets-update") + model.secretsMs;
      return after("secrets-update");
    case "volume-create":
      machine.volumeReadyMs = after("volume-create") + model.volumeMs;
      return after("volume-create");
    case "machine-create": {
      const { secretsReadyMs, volumeReadyMs } = machine;
      const endMs = Math.max(after("machine-create"), secretsReadyMs, volumeReadyMs);
      machine.restsMs = endMs + (config ? machinePullMs(model, config) : 0);
      return endMs;
    }
    case "machine-update": // A machine that rests, and read-modify-write.
      machine.restsMs = Math.max(after("machine-get", "machine-update"), machine.restsMs);
      return machine.restsMs;
    case "machine-stop":
      machine.restsMs = after("machine-stop") + model.stopMs;
      return machine.restsMs;
    case "machine-start":
      machine.startedMs = Math.max(after("machine-start"), machine.restsMs) + model.bootMs;
      return machine.startedMs - model.bootMs;
    case "health-wait":
      return Math.max(after("machine-get"), machine.startedMs + passMs(config, options));
    case "ready-wait": // The public proxy answers at once.
    case "rls-set": // The first boot of an empty volume has done it.
      return startMs;
    case "record-open":
    case "record-close":
      return after("metadata-patch");
    default:
      if (step.kind.startsWith("ip-assign")) return after("ip-assign");
      throw new Error(`The least time of a step ${step.kind} is not known`);
  }
}

function passMs(
  config: DesiredSilo[ServiceName]["machine"] | undefined,
  { model, isFirstBoot }: PathOptions,
): number {
  if (!config) return 0;
  const initMs = machineInitMs(model, config, isFirstBoot);
  const intervals = Object.values(config.checks ?? {}).map(({ interval }) => secondsOf(interval));
  return Math.max(...intervals.map((seconds) => firstPassMs(initMs, seconds * 1_000)));
}

/** `10s`, as our own checks have it. */
const secondsOf = (duration: string | undefined) => Number.parseInt(duration ?? "15s", 10);

function machineOf(machines: Map<ServiceName, Machine>, service: ServiceName | undefined): Machine {
  const never = Number.NEGATIVE_INFINITY;
  const found = service && machines.get(service);
  if (found) return found;
  const machine: Machine = {
    secretsReadyMs: never,
    volumeReadyMs: never,
    restsMs: never,
    startedMs: never,
  };
  if (service) machines.set(service, machine);
  return machine;
}
