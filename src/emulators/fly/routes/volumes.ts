import type { FlyGuest } from "#wire/fly.ts";
import { type Call, flag, integer, ok, queryInteger, type Reply, text } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import type { AppRow, SnapshotRow, VolumeRow } from "../entities.ts";
import { ApiProblem, invalid, notFound, volumeNotFound } from "../errors.ts";
import { appOf, usableRegion, volumeOf } from "../lookups.ts";
import { parseMachineConfig } from "../machine-config.ts";
import { recordVolumeView, volumeFacts, volumeState } from "../org-view.ts";
import { pageOf } from "../paging.ts";
import type { Route } from "../router.ts";
import { snapshotView } from "../views.ts";

const path = "/v1/apps/:app/volumes";
const onePath = `${path}/:volume`;
const snapshots = `${onePath}/snapshots`;

export const volumeRoutes: readonly Route[] = [
  { method: "GET", path, action: "volumes-list", access: "read", run: listVolumes },
  { method: "POST", path, action: "volume-create", access: "write", run: createVolume },
  { method: "GET", path: onePath, action: "volume-get", access: "read", run: getVolume },
  { method: "PUT", path: onePath, action: "volume-update", access: "write", run: updateVolume },
  { method: "DELETE", path: onePath, action: "volume-delete", access: "write", run: deleteVolume },
  {
    method: "PUT",
    path: `${onePath}/extend`,
    action: "volume-extend",
    access: "write",
    run: extendVolume,
  },
  { method: "GET", path: snapshots, action: "snapshots-list", access: "read", run: listSnapshots },
  {
    method: "POST",
    path: snapshots,
    action: "snapshot-create",
    access: "write",
    run: createSnapshot,
  },
];

const maxSizeGb = 500;

/** Deleted ones stay in the list for a day, as `pending_destroy`. */
function listVolumes(call: Call, cloud: Cloud): Reply {
  const app = appOf(call, cloud);
  const rows = cloud.store
    .volumesOf(app.name)
    .filter((row) => volumeState(row, call.at) !== "destroyed");
  const limit = queryInteger(call.query, "limit");
  const { items, nextCursor } = pageOf(rows.toSorted(byId), ({ id }) => id, {
    cursor: call.query.get("cursor") ?? undefined,
    limit: limit ?? Number.POSITIVE_INFINITY,
    nowMs: call.at,
  });
  return {
    status: 200,
    body: items.map((row) => volumeFacts(row, call.at)),
    ...(nextCursor !== undefined && { headers: { "fly-next-cursor": nextCursor } }),
  };
}

async function createVolume(call: Call, cloud: Cloud): Promise<Reply> {
  const { store, ids, latency, orgListLagMs } = cloud;
  const app = appOf(call, cloud);
  const name = text(call.body, "name") ?? "";
  if (!/^[a-z0-9_]{1,30}$/.test(name)) {
    throw invalid("volume name must be 1 to 30 lowercase letters, digits and underscores");
  }
  const region = usableRegion(text(call.body, "region") ?? "");
  const source = sourceOf(call, cloud, app);
  const sizeGb = integer(call.body, "size_gb") ?? source?.sizeGb ?? 3;
  if (sizeGb < 1 || sizeGb > maxSizeGb) throw invalid(`size_gb must be between 1 and ${maxSizeGb}`);
  if (source && sizeGb < source.sizeGb) throw invalid("size_gb is smaller than the source");
  if (app.name.includes("fault-volume-capacity")) {
    throw new ApiProblem(
      422,
      `no host in ${region} has room for the volume`,
      "volume_placement_capacity",
    );
  }
  const row: VolumeRow = {
    id: ids.volume(),
    app: app.name,
    org: app.org,
    name,
    region,
    zone: ids.hex(4),
    host: ids.host(region),
    createdMs: call.at,
    updatedMs: call.at,
    readyMs: call.at + latency.volumeMs,
    encrypted: flag(call.body, "encrypted") ?? true,
    compute: computeHint(call),
    fstype: text(call.body, "fstype") ?? "ext4",
    sizeGb,
    snapshotRetention: retentionOf(call) ?? 5,
    autoBackup: flag(call.body, "auto_backup_enabled") ?? true,
    attachedTo: undefined,
    lastImage: source?.lastImage,
    deletedMs: undefined,
    data: new Map(source?.data),
    snapshots: [],
    views: [],
  };
  await cloud.guests.copy(row.lastImage, row.data, row.id);
  store.addVolume(row);
  recordVolumeView(row, orgListLagMs, call.at);
  if (row.readyMs > call.at) recordVolumeView(row, orgListLagMs, row.readyMs);
  return ok(volumeFacts(row, call.at));
}

function getVolume(call: Call, cloud: Cloud): Reply {
  const row = volumeOf(call, cloud);
  if (volumeState(row, call.at) === "destroyed") throw volumeNotFound(row.id);
  return ok(volumeFacts(row, call.at));
}

function updateVolume(call: Call, cloud: Cloud): Reply {
  const row = volumeToChange(call, cloud);
  row.snapshotRetention = retentionOf(call) ?? row.snapshotRetention;
  row.autoBackup = flag(call.body, "auto_backup_enabled") ?? row.autoBackup;
  recordVolumeView(row, cloud.orgListLagMs, call.at);
  return ok(volumeFacts(row, call.at));
}

/** Grows only. A machine that runs on it must restart to see the new size. */
function extendVolume(call: Call, cloud: Cloud): Reply {
  const row = volumeToChange(call, cloud);
  const sizeGb = integer(call.body, "size_gb") ?? 0;
  if (sizeGb < row.sizeGb) throw invalid("volume size can only be increased");
  if (sizeGb > maxSizeGb) throw invalid(`size_gb must be at most ${maxSizeGb}`);
  row.sizeGb = sizeGb;
  recordVolumeView(row, cloud.orgListLagMs, call.at);
  const machine =
    row.attachedTo === undefined ? undefined : cloud.store.machines.get(row.attachedTo);
  return ok({
    needs_restart: machine?.startedMs !== undefined,
    volume: volumeFacts(row, call.at),
  });
}

async function deleteVolume(call: Call, cloud: Cloud): Promise<Reply> {
  const row = volumeToChange(call, cloud);
  if (row.attachedTo !== undefined) {
    throw new ApiProblem(
      412,
      `failed_precondition: volume ${row.id} is currently bound to machine: ${row.attachedTo}`,
    );
  }
  row.deletedMs = call.at;
  recordVolumeView(row, cloud.orgListLagMs, call.at);
  await cloud.guests.discard(row);
  return ok(volumeFacts(row, call.at));
}

function listSnapshots(call: Call, cloud: Cloud): Reply {
  const row = volumeOf(call, cloud);
  return ok(
    row.snapshots.map((snapshot) => snapshotView(snapshot, row.snapshotRetention, call.at)),
  );
}

async function createSnapshot(call: Call, cloud: Cloud): Promise<Reply> {
  const row = volumeToChange(call, cloud);
  const id = cloud.ids.snapshot();
  const data = new Map(row.data);
  await cloud.guests.copy(row.lastImage, data, id);
  row.snapshots.unshift({
    id,
    createdMs: call.at,
    readyMs: call.at + cloud.latency.snapshotMs,
    sizeGb: row.sizeGb,
    data,
  });
  return { status: 200 };
}

function volumeToChange(call: Call, cloud: Cloud): VolumeRow {
  const row = volumeOf(call, cloud);
  if (row.deletedMs !== undefined) throw volumeNotFound(row.id);
  return row;
}

function sourceOf(
  call: Call,
  { store }: Cloud,
  app: AppRow,
): Pick<VolumeRow, "sizeGb" | "data" | "lastImage"> | undefined {
  const volumeId = text(call.body, "source_volume_id");
  const snapshotId = text(call.body, "snapshot_id");
  if (volumeId !== undefined) {
    const source = store.volumes.get(volumeId);
    if (!source || source.org !== app.org || source.deletedMs !== undefined)
      throw volumeNotFound(volumeId);
    return source;
  }
  if (snapshotId === undefined) return undefined;
  for (const volume of store.volumesOf(app.name)) {
    const snapshot = volume.snapshots.find(({ id }) => id === snapshotId);
    if (snapshot) return { ...readySnapshot(snapshot, call.at), lastImage: volume.lastImage };
  }
  throw notFound(`snapshot ${snapshotId}`);
}

function readySnapshot(snapshot: SnapshotRow, at: number): SnapshotRow {
  if (at < snapshot.readyMs) {
    throw new ApiProblem(
      412,
      `failed_precondition: snapshot ${snapshot.id} is still being created`,
    );
  }
  return snapshot;
}

function computeHint({ body }: Call): FlyGuest | undefined {
  const { compute } = body;
  if (compute === undefined || compute === null) return undefined;
  return parseMachineConfig({ image: "hint", guest: compute }).guest;
}

function retentionOf(call: Call): number | undefined {
  const days = integer(call.body, "snapshot_retention");
  if (days !== undefined && (days < 1 || days > 60)) {
    throw invalid("snapshot_retention must be between 1 and 60 days");
  }
  return days;
}

const byId = (a: VolumeRow, b: VolumeRow) => (a.id < b.id ? -1 : 1);
