/** Machines: their names are unique in an app, which is what makes a create safe to look up. */

import type { FlyCreateMachine, FlyMachine, FlyMachineEvent, FlyUpdateMachine } from "#wire/fly.ts";
import type { UnderLease } from "#world/fly.ts";
import { list } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { FlyCalls } from "./call.ts";
import { isGone, readMachine } from "./machine-shapes.ts";
import { pageQuery, readCursor, readPages } from "./pages.ts";
import { readEvent } from "./shapes.ts";

export async function listMachines(
  calls: FlyCalls,
  app: string,
): Promise<readonly FlyMachine[] | undefined> {
  const operation = `list the machines of ${app}`;
  const all = await absentIfMissing(
    readPages({
      page: (cursor) =>
        calls.call({
          action: "machine.list",
          operation,
          method: "GET",
          path: ["apps", app, "machines"],
          query: pageQuery(undefined, cursor),
          effect: "read",
          app,
          read: ({ body, headers }) => ({
            items: list(readMachine)(body, "machines"),
            next: readCursor(headers.get("fly-next-cursor")),
          }),
        }),
      idOf: (machine) => machine.id,
      endless: (why) => calls.failure(operation, why, { category: "invalid" }),
    }),
  );
  return all?.items.filter((machine) => !isGone(machine));
}

export async function getMachine(
  calls: FlyCalls,
  app: string,
  id: string,
): Promise<FlyMachine | undefined> {
  const machine = await absentIfMissing(
    calls.call({
      action: "machine.get",
      operation: `read machine ${id} of ${app}`,
      method: "GET",
      path: ["apps", app, "machines", id],
      effect: "read",
      app,
      key: id,
      read: ({ body }) => readMachine(body, "the machine"),
    }),
  );
  return machine && !isGone(machine) ? machine : undefined;
}

export async function createMachine(
  calls: FlyCalls,
  app: string,
  request: FlyCreateMachine,
): Promise<FlyMachine> {
  const machine = await calls.call({
    action: "machine.create",
    operation: `create machine ${request.name} in ${app}`,
    method: "POST",
    path: ["apps", app, "machines"],
    body: request,
    effect: "once",
    app,
    timeoutMs: 60_000,
    read: ({ body }) => readMachine(body, "the machine"),
  });
  calls.young.note(machine.id);
  return machine;
}

/** `once`: a repetition would make another version and restart the machine again. */
export function updateMachine(
  calls: FlyCalls,
  which: { readonly app: string; readonly id: string; readonly lease: UnderLease | undefined },
  request: FlyUpdateMachine,
): Promise<FlyMachine> {
  const { app, id, lease } = which;
  return calls.call({
    action: "machine.update",
    operation: `update machine ${id} of ${app}`,
    method: "POST",
    path: ["apps", app, "machines", id],
    body: request,
    nonce: lease?.nonce,
    effect: "once",
    app,
    key: id,
    timeoutMs: 60_000,
    read: ({ body }) => readMachine(body, "the machine"),
  });
}

/** Without `force` only a stopped machine can be deleted. */
export async function deleteMachine(
  calls: FlyCalls,
  which: { readonly app: string; readonly id: string; readonly lease: UnderLease | undefined },
): Promise<void> {
  const { app, id, lease } = which;
  await absentIfMissing(
    calls.call({
      action: "machine.delete",
      operation: `delete machine ${id} of ${app}`,
      method: "DELETE",
      path: ["apps", app, "machines", id],
      query: [["force", "true"]],
      nonce: lease?.nonce,
      effect: "repeatable",
      app,
      key: id,
      read: () => undefined,
    }),
  );
  calls.young.forget(id);
}

export function listEvents(
  calls: FlyCalls,
  app: string,
  machine: string,
): Promise<readonly FlyMachineEvent[]> {
  return calls.call({
    action: "event.list",
    operation: `list the events of machine ${machine} of ${app}`,
    method: "GET",
    path: ["apps", app, "machines", machine, "events"],
    query: [["limit", "50"]],
    effect: "read",
    app,
    key: machine,
    read: ({ body }) => list(readEvent)(body, "events"),
  });
}

/** Merges; makes no new version and no restart. */
export function patchMetadata(
  calls: FlyCalls,
  which: { readonly app: string; readonly id: string },
  change: {
    readonly patch: Readonly<Record<string, string | null>>;
    readonly version: string | undefined;
  },
): Promise<void> {
  const { app, id } = which;
  return calls.call({
    action: "metadata.patch",
    operation: `change the metadata of machine ${id} of ${app}`,
    method: "PATCH",
    path: ["apps", app, "machines", id, "metadata"],
    body: {
      // An empty text removes a key just as null does, and is what the OpenAPI document allows.
      metadata: Object.fromEntries(
        Object.entries(change.patch).map(([key, value]) => [key, value ?? ""]),
      ),
      ...(change.version === undefined ? {} : { machine_version: change.version }),
    },
    effect: "repeatable",
    app,
    key: id,
    read: () => undefined,
  });
}
