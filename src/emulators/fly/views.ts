/** Rows as the API shows them. */

import type { FlyApp, FlyCheckStatus, FlyMachine } from "#wire/fly.ts";
import type { AppRow, LeaseRow, MachineRow, SnapshotRow } from "./entities.ts";
import { imageRepository } from "./latency.ts";
import { currentConfig } from "./machine-config.ts";
import type { FlyStore } from "./store.ts";

export function appView(app: AppRow, store: FlyStore): FlyApp & Record<string, unknown> {
  const machines = store
    .machinesOf(app.name)
    .filter(({ destroyedMs }) => destroyedMs === undefined);
  const volumes = store.volumesOf(app.name).filter(({ deletedMs }) => deletedMs === undefined);
  return {
    id: app.id,
    internal_numeric_id: app.numericId,
    name: app.name,
    machine_count: machines.length,
    volume_count: volumes.length,
    network: app.network,
    status: machines.length === 0 ? "pending" : "deployed",
    organization: { name: app.org, slug: app.org },
  };
}

export interface MachineViewOptions {
  /** An older version; the current one when undefined. */
  readonly version?: string | undefined;
  readonly lease?: LeaseRow | undefined;
  readonly nonce?: string | undefined;
  readonly checks?: readonly FlyCheckStatus[] | undefined;
}

export function machineView(
  row: MachineRow,
  how: MachineViewOptions = {},
): FlyMachine & Record<string, unknown> {
  const version = how.version ?? row.version;
  const config =
    row.versions.find((candidate) => candidate.version === version)?.config ?? currentConfig(row);
  const reachable = row.hostStatus === "ok";
  return {
    ...machineSummary(row),
    state: version === row.version ? row.state : "replaced",
    instance_id: version,
    version,
    ...(reachable ? { config } : { incomplete_config: config }),
    image_ref: imageRef(config.image),
    host_status: row.hostStatus,
    cordoned: row.cordoned,
    checks: how.checks ?? [],
    events: row.events.slice(0, 5),
    ...(how.lease && { lease: strippedLease(how.lease) }),
    ...(how.nonce !== undefined && { nonce: how.nonce }),
  };
}

export function machineSummary(row: MachineRow) {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    region: row.region,
    instance_id: row.version,
    version: row.version,
    private_ip: row.privateIp,
    created_at: new Date(row.createdMs).toISOString(),
    updated_at: new Date(row.updatedMs).toISOString(),
  };
}

export function snapshotView(row: SnapshotRow, retentionDays: number, nowMs: number) {
  return {
    id: row.id,
    status: nowMs < row.readyMs ? "creating" : "created",
    created_at: new Date(row.createdMs).toISOString(),
    size: row.sizeGb * 1024 ** 2,
    volume_size: row.sizeGb * 1024 ** 3,
    retention_days: retentionDays,
    digest: row.id,
  };
}

function strippedLease({ owner, description, expiresMs }: LeaseRow) {
  return { owner, description, expires_at: Math.floor(expiresMs / 1_000) };
}

/** Docker Hub images come through Fly's mirror. The digest stands for the resolved manifest. */
function imageRef(image: string) {
  const [path = "", digest] = image.split("@");
  const repository = imageRepository(path);
  const tag = /:([^/:]+)$/.exec(path)?.[1] ?? (digest === undefined ? "latest" : undefined);
  const isHub = !/^[^/]+\.[^/]+\//.test(repository);
  return {
    registry: isHub ? "docker-hub-mirror.fly.io" : repository.slice(0, repository.indexOf("/")),
    repository:
      isHub && !repository.includes("/")
        ? `library/${repository}`
        : isHub
          ? repository
          : repository.slice(repository.indexOf("/") + 1),
    ...(tag !== undefined && { tag }),
    digest: digest ?? `sha256:${fingerprint(image).repeat(4)}`,
  };
}

/** 16 hex digits that are the same for the same text (FNV-1a, twice). Hides nothing. */
export function fingerprint(value: string): string {
  let [low, high] = [0x811c9dc5, 0x9e3779b1];
  for (const byte of Buffer.from(value)) {
    low = Math.imul(low ^ byte, 0x01000193) >>> 0;
    high = Math.imul(high ^ (byte + low), 0x85ebca6b) >>> 0;
  }
  return [low, high].map((part) => part.toString(16).padStart(8, "0")).join("");
}
