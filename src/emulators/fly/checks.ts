/**
 * Health checks of a machine. They run when somebody looks, with the result they would have had
 * at their last tick: every interval from the start, during the grace period too, which only
 * keeps a failure from being called critical.
 */

import type { FlyCheck, FlyCheckStatus } from "#wire/fly.ts";
import type { Neighbourhood } from "../workload.ts";
import type { MachineRow } from "./entities.ts";
import type { Guests, HoldTime } from "./guests.ts";
import { currentConfig, durationMs } from "./machine-config.ts";

export interface Checks {
  statusesOf(row: MachineRow, nowMs: number): Promise<readonly FlyCheckStatus[]>;
}

export function createChecks(parts: {
  readonly guests: Guests;
  readonly neighbours: Neighbourhood;
  readonly holdTime: HoldTime;
  /** Only at their interval, or at every look. */
  readonly ticks: boolean;
}): Checks {
  const seen = new Map<string, { tick: number; status: FlyCheckStatus }>();
  return {
    async statusesOf(row, nowMs) {
      const statuses: FlyCheckStatus[] = [];
      for (const [name, check] of checksOf(row)) {
        const tick = lastTick(row, check, nowMs, parts.ticks);
        if (tick === undefined) continue;
        const key = `${row.id}/${row.version}/${name}`;
        const known = seen.get(key);
        if (parts.ticks && known?.tick === tick && row.startedMs !== undefined) {
          statuses.push(known.status);
          continue;
        }
        const status = await runCheck(parts, row, { name, check, tick });
        seen.set(key, { tick, status });
        statuses.push(status);
      }
      return statuses;
    },
  };
}

/** `undefined` when no result is due yet. */
function lastTick(
  row: MachineRow,
  check: FlyCheck,
  nowMs: number,
  ticks: boolean,
): number | undefined {
  if (row.startedMs === undefined) return row.updatedMs;
  if (!ticks) return nowMs;
  const interval = durationMs(check.interval) ?? 15_000;
  const count = Math.floor((nowMs - row.startedMs) / interval);
  return count === 0 ? undefined : row.startedMs + count * interval;
}

async function runCheck(
  parts: {
    readonly guests: Guests;
    readonly neighbours: Neighbourhood;
    readonly holdTime: HoldTime;
  },
  row: MachineRow,
  { name, check, tick }: { name: string; check: FlyCheck; tick: number },
): Promise<FlyCheckStatus> {
  const updated_at = new Date(tick).toISOString();
  const guest = parts.guests.of(row);
  if (row.startedMs === undefined || !guest) {
    return { name, status: "warning", output: "the machine hasn't started", updated_at };
  }
  const isListening = row.listeningMs !== undefined && row.listeningMs <= tick;
  const result = parts.guests.hanging.has(row.app)
    ? { passing: false, output: "context deadline exceeded" }
    : isListening
      ? await parts.holdTime(guest.workload.check(guest.machine, parts.neighbours, check))
      : { passing: false, output: `connect: connection refused on port ${check.port}` };
  const isGrace = tick - row.startedMs < (durationMs(check.grace_period) ?? 0);
  const status = result.passing ? "passing" : isGrace ? "warning" : "critical";
  return { name, status, output: result.output, updated_at };
}

/** Top-level checks by their name; those of services are named by position, type and port. */
function checksOf(row: MachineRow): readonly (readonly [string, FlyCheck])[] {
  const { checks = {}, services = [] } = currentConfig(row);
  const serviceChecks = services.flatMap((service, index) => {
    const own: readonly FlyCheck[] = "checks" in service ? (service.checks as FlyCheck[]) : [];
    return own.map((check, position) => {
      const number = String(index + position).padStart(2, "0");
      const name = `servicecheck-${number}-${check.type}-${service.internal_port}`;
      return [name, { ...check, port: check.port ?? service.internal_port }] as const;
    });
  });
  return [...Object.entries(checks), ...serviceChecks];
}
