/** Volumes: their names are not unique, so a create that may have happened is never repeated. */

import type { FlyCreateVolume, FlySnapshot, FlyVolume } from "#wire/fly.ts";
import { flag, list, object } from "../shape.ts";
import { absentIfMissing, notFoundIsFinal } from "./absent.ts";
import type { FlyCalls } from "./call.ts";
import { pageQuery, readCursor, readPages } from "./pages.ts";
import { readSnapshot, readVolume } from "./shapes.ts";

/** States in which a volume no longer counts, as fly-go has them; it lingers for a day. */
const goneStates: ReadonlySet<string> = new Set([
  "scheduling_destroy",
  "pending_destroy",
  "fork_cleanup",
  "waiting_for_detach",
  "destroying",
  "destroyed",
]);

export function isGoneVolume(volume: { readonly state: string }): boolean {
  return goneStates.has(volume.state);
}

export async function listVolumes(
  calls: FlyCalls,
  app: string,
): Promise<readonly FlyVolume[] | undefined> {
  const operation = `list the volumes of ${app}`;
  const all = await absentIfMissing(
    readPages({
      page: (cursor) =>
        calls.call({
          action: "volume.list",
          operation,
          method: "GET",
          path: ["apps", app, "volumes"],
          query: pageQuery(undefined, cursor),
          effect: "read",
          app,
          read: ({ body, headers }) => ({
            items: list(readVolume)(body, "volumes"),
            next: readCursor(headers.get("fly-next-cursor")),
          }),
        }),
      idOf: (volume) => volume.id,
      endless: (why) => calls.failure(operation, why, { category: "invalid" }),
    }),
  );
  return all?.items.filter((volume) => !isGoneVolume(volume));
}

export function createVolume(
  calls: FlyCalls,
  app: string,
  request: FlyCreateVolume,
): Promise<FlyVolume> {
  return calls.call({
    action: "volume.create",
    operation: `create volume ${request.name} in ${app}`,
    method: "POST",
    path: ["apps", app, "volumes"],
    body: request,
    effect: "once",
    app,
    timeoutMs: 60_000,
    read: ({ body }) => readVolume(body, "the volume"),
  });
}

export function extendVolume(
  calls: FlyCalls,
  app: string,
  volume: { readonly id: string; readonly sizeGb: number },
): Promise<{ readonly needsRestart: boolean }> {
  return calls.call({
    action: "volume.extend",
    operation: `extend volume ${volume.id} of ${app} to ${volume.sizeGb} GB`,
    method: "PUT",
    path: ["apps", app, "volumes", volume.id, "extend"],
    body: { size_gb: volume.sizeGb },
    effect: "repeatable",
    app,
    read: ({ body }) => ({
      needsRestart: flag(object(body, "the answer").needs_restart ?? false, "needs_restart"),
    }),
  });
}

export async function deleteVolume(calls: FlyCalls, app: string, id: string): Promise<void> {
  await absentIfMissing(
    calls.call({
      action: "volume.delete",
      operation: `delete volume ${id} of ${app}`,
      method: "DELETE",
      path: ["apps", app, "volumes", id],
      effect: "repeatable",
      app,
      final: notFoundIsFinal,
      read: () => undefined,
    }),
  );
}

export function listSnapshots(
  calls: FlyCalls,
  app: string,
  volume: string,
): Promise<readonly FlySnapshot[]> {
  return calls.call({
    action: "snapshot.list",
    operation: `list the snapshots of volume ${volume} of ${app}`,
    method: "GET",
    path: ["apps", app, "volumes", volume, "snapshots"],
    effect: "read",
    app,
    read: ({ body }) => list(readSnapshot)(body, "snapshots"),
  });
}

export function createSnapshot(calls: FlyCalls, app: string, volume: string): Promise<void> {
  return calls.call({
    action: "snapshot.create",
    operation: `create a snapshot of volume ${volume} of ${app}`,
    method: "POST",
    path: ["apps", app, "volumes", volume, "snapshots"],
    effect: "once",
    app,
    read: () => undefined,
  });
}
