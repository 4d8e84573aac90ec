/** What is asked of a machine: sets the transient state and what follows from it. */

import type { MachineRow } from "./entities.ts";
import { refusesBecauseOf, refusesToStart } from "./errors.ts";
import type { LatencyModel } from "./latency.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { launchMachine } from "./transitions.ts";

export interface PowerParts {
  readonly life: Lifecycle;
  readonly latency: LatencyModel;
}

const resting = new Set(["created", "stopped", "suspended", "failed"]);
const running = new Set(["starting", "started", "restarting"]);

/** A running machine stays as it is. Gives the state before. */
export function startMachine({ life, latency }: PowerParts, row: MachineRow, at: number): string {
  const previous = row.state;
  if (previous === "started" || previous === "starting") return previous;
  if (!resting.has(previous) || row.stuck) throw refusesToStart(previous);
  row.restarts = 0;
  if (previous !== "suspended") {
    launchMachine(life, { latency }, row, at);
    return previous;
  }
  life.enter(row, "starting", at, { type: "start", status: "starting", source: "user" });
  life.schedule(row, { at: at + latency.resumeMs, kind: "resumed" });
  return previous;
}

export function stopMachine({ life, latency }: PowerParts, row: MachineRow, at: number): void {
  if (row.state === "stopped" || row.state === "stopping" || row.state === "created") return;
  if (!running.has(row.state) && !resting.has(row.state)) throw refusesBecauseOf("stop", row.state);
  life.enter(row, "stopping", at, { type: "stop", status: "stopping", source: "user" });
  life.schedule(row, { at: at + latency.stopMs, kind: "stopped" });
}

export function suspendMachine({ life, latency }: PowerParts, row: MachineRow, at: number): void {
  if (row.state === "suspended" || row.state === "suspending") return;
  if (row.state !== "started") throw refusesBecauseOf("suspend", row.state);
  life.enter(row, "suspending", at, { type: "suspend", status: "suspending", source: "user" });
  life.schedule(row, { at: at + latency.stopMs, kind: "suspended" });
}

export function restartMachine({ life, latency }: PowerParts, row: MachineRow, at: number): void {
  if (!running.has(row.state)) throw refusesBecauseOf("restart", row.state);
  row.restarts = 0;
  life.enter(row, "restarting", at, { type: "restart", status: "restarting", source: "user" });
  life.schedule(row, { at: at + latency.stopMs, kind: "replaced", launch: true });
}

/** Puts a new version in the place of the old one; what did not run stays at rest. */
export function replaceMachine(
  { life, latency }: PowerParts,
  row: MachineRow,
  at: number,
  how: { readonly skipLaunch: boolean; readonly pullMs: number },
): void {
  const ran = running.has(row.state);
  if (!ran && !resting.has(row.state)) throw refusesBecauseOf("update", row.state);
  const rest = row.state === "created" ? "created" : "stopped";
  row.restarts = 0;
  life.enter(row, "replacing", at, { type: "update", status: "replacing", source: "user" });
  life.schedule(row, {
    at: at + (ran ? latency.stopMs : 0) + how.pullMs,
    kind: "replaced",
    launch: ran && !how.skipLaunch,
    rest,
  });
}

export function destroyMachine(
  { life, latency }: PowerParts,
  row: MachineRow,
  at: number,
  how: { readonly force: boolean },
): void {
  if (row.state === "destroying" || row.state === "destroyed") return;
  if (!how.force && !resting.has(row.state)) throw refusesBecauseOf("destroy", row.state);
  life.enter(row, "destroying", at, { type: "destroy", status: "destroying", source: "user" });
  life.schedule(row, { at: at + latency.destroyMs, kind: "destroyed" });
}

/** The main process gets a signal that ends it: the restart policy decides what follows. */
export function killProcess({ life, latency }: PowerParts, row: MachineRow, at: number): void {
  if (row.state !== "started") throw refusesBecauseOf("signal", row.state);
  life.schedule(row, { at: at + latency.crashMs, kind: "exit", exitCode: 137 });
}

export function isResting(row: MachineRow): boolean {
  return resting.has(row.state);
}
