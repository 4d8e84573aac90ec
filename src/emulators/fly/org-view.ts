/** Org-wide lists show rows as they were a moment ago; this keeps what they were. */

import type { FlyOrgMachine, FlyOrgVolume } from "#wire/fly.ts";
import type { MachineRow, View, VolumeRow } from "./entities.ts";
import { currentConfig } from "./machine-config.ts";

export function recordMachineView(row: MachineRow, lagMs: number): void {
  if (lagMs > 0) row.views = withView(row.views, row.updatedMs, orgMachine(row), lagMs);
}

export function recordVolumeView(row: VolumeRow, lagMs: number, at: number): void {
  row.updatedMs = at;
  if (lagMs > 0) row.views = withView(row.views, at, orgVolume(row, at), lagMs);
}

/** What a list with this lag shows of the machine; undefined when it has not heard of it. */
export function machineAsListed(
  row: MachineRow,
  lagMs: number,
  nowMs: number,
): FlyOrgMachine | undefined {
  return lagMs === 0 ? orgMachine(row) : asOf(row.views, nowMs - lagMs);
}

export function volumeAsListed(
  row: VolumeRow,
  lagMs: number,
  nowMs: number,
): FlyOrgVolume | undefined {
  return lagMs === 0 ? orgVolume(row, nowMs) : asOf(row.views, nowMs - lagMs);
}

/** `config` is the overview only. */
function orgMachine(row: MachineRow): FlyOrgMachine & { private_ip: string } {
  const { guest, image, metadata } = currentConfig(row);
  return {
    app_name: row.app,
    id: row.id,
    name: row.name,
    state: row.state,
    region: row.region,
    version: row.version,
    private_ip: row.privateIp,
    created_at: new Date(row.createdMs).toISOString(),
    updated_at: new Date(row.updatedMs).toISOString(),
    config: { guest, image, ...(metadata && { metadata }) },
  };
}

function orgVolume(row: VolumeRow, nowMs: number): FlyOrgVolume {
  return {
    app_name: row.app,
    updated_at: new Date(row.updatedMs).toISOString(),
    ...volumeFacts(row, nowMs),
  };
}

/** The fields of a volume that every answer about it has. */
export function volumeFacts(row: VolumeRow, nowMs: number) {
  return {
    id: row.id,
    name: row.name,
    state: volumeState(row, nowMs),
    size_gb: row.sizeGb,
    region: row.region,
    zone: row.zone,
    encrypted: row.encrypted,
    fstype: row.fstype,
    created_at: new Date(row.createdMs).toISOString(),
    attached_machine_id: row.attachedTo ?? null,
    host_status: "ok" as const,
    snapshot_retention: row.snapshotRetention,
    auto_backup_enabled: row.autoBackup,
    bytes_total: row.sizeGb * 1024 ** 3,
    bytes_used: 0,
  };
}

export function volumeState(row: VolumeRow, nowMs: number): string {
  if (row.deletedMs === undefined) return nowMs < row.readyMs ? "creating" : "created";
  return nowMs < row.deletedMs + lingerMs ? "pending_destroy" : "destroyed";
}

/** Deleted volumes stay listed for a day. */
export const lingerMs = 24 * 3_600_000;

function withView<T>(views: readonly View<T>[], at: number, row: T, lagMs: number): View<T>[] {
  const kept = views.filter((_, index) => {
    const next = views[index + 1];
    return !next || next.at > at - lagMs;
  });
  return [...kept, { at, row }];
}

function asOf<T>(views: readonly View<T>[], at: number): T | undefined {
  return views.findLast((view) => view.at <= at)?.row;
}
