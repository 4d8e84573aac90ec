/** What each transition does to a machine, and what follows from it. */

import type { Boot } from "../workload.ts";
import type { EventRow, MachineRow, Transition } from "./entities.ts";
import type { Guests } from "./guests.ts";
import { type LatencyModel, machineInitMs } from "./latency.ts";
import { writeLog } from "./log-lines.ts";
import { currentConfig } from "./machine-config.ts";
import { recordVolumeView } from "./org-view.ts";
import type { FlyStore } from "./store.ts";

export interface Due {
  readonly row: MachineRow;
  readonly transition: Transition;
}

export interface TransitionParts {
  readonly store: FlyStore;
  readonly latency: LatencyModel;
  readonly guests: Guests;
  readonly orgListLagMs: number;
}

/** What transitions ask of the lifecycle. */
export interface Life {
  enter(
    row: MachineRow,
    state: string,
    at: number,
    event?: Omit<EventRow, "id" | "timestamp">,
  ): void;
  schedule(row: MachineRow, transition: Transition): void;
  wake(row: MachineRow): void;
}

/** The part of a transition that takes real work inside the machine. */
export async function workOf(
  life: Life,
  { guests, store }: TransitionParts,
  { row, transition }: Due,
): Promise<Boot | undefined> {
  switch (transition.kind) {
    case "boot":
      row.startedMs = transition.at;
      life.enter(row, "started", transition.at, startedEvent);
      writeLog(store, row, { atMs: transition.at, level: "info", message: "Starting machine" });
      return guests.boot(row);
    case "revive":
      return guests.boot(row);
    case "resumed":
      return guests.isRunning(row) ? undefined : guests.boot(row);
    case "stopped":
    case "replaced":
    case "destroyed":
      await guests.stop(row);
      return undefined;
    default:
      return undefined;
  }
}

export function applyTransition(
  life: Life,
  parts: TransitionParts,
  { row, transition }: Due,
  boot: Boot | undefined,
): void {
  appliers[transition.kind]({ life, parts, row, transition, boot, at: transition.at });
}

interface Applied {
  readonly life: Life;
  readonly parts: TransitionParts;
  readonly row: MachineRow;
  readonly transition: Transition;
  readonly boot: Boot | undefined;
  readonly at: number;
}

const startedEvent = { type: "start", status: "started", source: "flyd" } as const;

const appliers: Readonly<Record<Transition["kind"], (applied: Applied) => void>> = {
  prepared({ life, parts, row, transition, at }) {
    if (transition.launch && !row.stuck) launchMachine(life, parts, row, at);
    else life.enter(row, "created", at);
  },
  replaced({ life, parts, row, transition, at }) {
    clearRun(row);
    if (transition.launch) launchMachine(life, parts, row, at);
    else life.enter(row, transition.rest ?? "stopped", at);
  },
  boot: afterBoot,
  revive: afterBoot,
  resumed(applied) {
    const { life, row, at } = applied;
    row.startedMs = at;
    life.enter(row, "started", at, startedEvent);
    afterBoot(applied);
  },
  listen({ life, row, transition, at }) {
    row.ports = [...(transition.ports ?? [])];
    row.listeningMs = at;
    row.initialised = true;
    row.restarts = 0;
    life.wake(row);
  },
  exit: afterExit,
  stopped({ life, parts, row, at }) {
    clearRun(row);
    writeLog(parts.store, row, { atMs: at, level: "info", message: exited(0) });
    const exit = { exit_code: 0, requested_stop: true, restarting: false };
    life.enter(row, "stopped", at, eventOfExit(exit));
  },
  suspended({ life, row, at }) {
    // The ports stay: a resumed machine listens at once.
    row.startedMs = undefined;
    life.enter(row, "suspended", at, { type: "suspend", status: "suspended", source: "flyd" });
  },
  destroyed({ life, parts, row, at }) {
    buryMachine(life, parts, row, at);
  },
};

/** Boots the machine after its boot time. */
export function launchMachine(
  life: Life,
  { latency }: Pick<TransitionParts, "latency">,
  row: MachineRow,
  at: number,
): void {
  life.enter(row, "starting", at, { type: "start", status: "starting", source: "user" });
  life.schedule(row, { at: at + latency.bootMs, kind: "boot" });
}

/** The end of a machine; its volume is free again. */
export function buryMachine(
  life: Life,
  { store, orgListLagMs }: Pick<TransitionParts, "store" | "orgListLagMs">,
  row: MachineRow,
  at: number,
): void {
  clearRun(row);
  row.lease = undefined;
  row.destroyedMs = at;
  for (const volume of store.volumesOf(row.app)) {
    if (volume.attachedTo !== row.id) continue;
    volume.attachedTo = undefined;
    recordVolumeView(volume, orgListLagMs, at);
  }
  life.enter(row, "destroyed", at, { type: "destroy", status: "destroyed", source: "flyd" });
}

function afterBoot({ life, parts, row, transition, boot, at }: Applied): void {
  const { latency } = parts;
  if (boot?.kind === "exits") {
    const { exitCode, log } = boot;
    life.schedule(row, { at: at + latency.crashMs, kind: "exit", exitCode, log });
  } else if (boot) {
    const isRevival = transition.kind === "revive";
    const initMs = isRevival ? 0 : machineInitMs(latency, currentConfig(row), !row.initialised);
    life.schedule(row, { at: at + initMs, kind: "listen", ports: boot.ports });
  }
}

/** The process ended by itself: the restart policy decides. */
function afterExit({ life, parts, row, transition, at }: Applied): void {
  const { exitCode = 0, log } = transition;
  const { policy = "on-failure", max_retries: retries = 10 } = currentConfig(row).restart ?? {};
  const isWanted = policy === "always" || (policy === "on-failure" && exitCode !== 0);
  const restarting = isWanted && row.restarts < retries;
  parts.guests.forget(row);
  const exitEvent = { exit_code: exitCode, requested_stop: false, restarting };
  clearRun(row);
  life.enter(row, restarting ? "restarting" : "stopped", at, eventOfExit(exitEvent, log));
  const level = exitCode === 0 ? "info" : "error";
  writeLog(parts.store, row, { atMs: at, level, message: log ?? "" });
  writeLog(parts.store, row, { atMs: at, level: "info", message: exited(exitCode) });
  if (!restarting) return;
  const backOffMs = Math.min(1_000 * 2 ** row.restarts, 30_000);
  row.restarts++;
  life.schedule(row, { at: at + backOffMs, kind: "boot" });
}

const exited = (code: number) => `Main child exited normally with code: ${code}`;

interface ExitEvent {
  readonly exit_code: number;
  readonly requested_stop: boolean;
  readonly restarting: boolean;
}

function eventOfExit(exit_event: ExitEvent, log?: string): Omit<EventRow, "id" | "timestamp"> {
  const request = { exit_event: { ...exit_event, ...(log !== undefined && { error: log }) } };
  return { type: "exit", status: "stopped", source: "flyd", request };
}

function clearRun(row: MachineRow): void {
  row.ports = [];
  row.listeningMs = undefined;
  row.startedMs = undefined;
}
