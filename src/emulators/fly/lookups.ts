/** Finds what a call names, or throws the answer that says why not. */

import { type Call, param } from "./call.ts";
import type { Cloud } from "./cloud.ts";
import type { AppRow, MachineRow, VolumeRow } from "./entities.ts";
import {
  appNotFound,
  invalid,
  leaseHeld,
  machineNotFound,
  regionRetired,
  unauthorized,
  volumeNotFound,
} from "./errors.ts";
import { liveRegions, successors } from "./regions.ts";
import { mayUse } from "./tokens.ts";

/** 403 for an app of somebody else: the name exists, and that is all one learns. */
export function appOf(call: Call, { store }: Cloud): AppRow {
  const name = param(call, "app");
  const app = store.apps.get(name);
  if (name.includes("fault-foreign")) throw unauthorized();
  if (!app) throw appNotFound(name);
  if (!mayUse(call.token, app.org)) throw unauthorized();
  return app;
}

export function machineOf(call: Call, cloud: Cloud, how: { destroyed?: boolean } = {}): MachineRow {
  const app = appOf(call, cloud);
  const row = cloud.store.machines.get(param(call, "machine"));
  if (!row || row.app !== app.name || call.at < row.visibleMs) {
    throw machineNotFound(param(call, "machine"));
  }
  const isGone = row.destroyedMs !== undefined && call.at >= row.destroyedMs + cloud.latency.goneMs;
  if (isGone && !how.destroyed) throw machineNotFound(row.id);
  return row;
}

/** For calls that change the machine: refused while somebody else holds its lease. */
export function machineToChange(call: Call, cloud: Cloud): MachineRow {
  const row = machineOf(call, cloud);
  const lease = currentLease(row, call.at);
  const nonce = call.headers.get("fly-machine-lease-nonce");
  if (lease && lease.nonce !== nonce) throw leaseHeld(row.id, lease.owner, lease.expiresMs);
  return row;
}

export function currentLease(row: MachineRow, at: number) {
  return row.lease && row.lease.expiresMs > at ? row.lease : undefined;
}

export function volumeOf(call: Call, cloud: Cloud): VolumeRow {
  const app = appOf(call, cloud);
  const row = cloud.store.volumes.get(param(call, "volume"));
  if (!row || row.app !== app.name) throw volumeNotFound(param(call, "volume"));
  return row;
}

/** A region that takes new resources. */
export function usableRegion(region: string): string {
  const successor = successors.get(region);
  if (successor !== undefined) throw regionRetired(region, successor);
  if (!liveRegions.has(region)) throw invalid(`region ${region} not found`);
  return region;
}
