import type { FlyMachineConfig } from "#wire/fly.ts";
import { type Call, ok, queryFlag, queryInteger, queryList, type Reply } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import type { MachineRow } from "../entities.ts";
import { invalid, notFound } from "../errors.ts";
import { appOf, currentLease, machineOf, machineToChange } from "../lookups.ts";
import { createMachineRow, updateMachineRow } from "../machine-changes.ts";
import { currentConfig } from "../machine-config.ts";
import { pageOf } from "../paging.ts";
import { destroyMachine } from "../power.ts";
import type { Route } from "../router.ts";
import { machineSummary, machineView } from "../views.ts";

const path = "/v1/apps/:app/machines";
const onePath = `${path}/:machine`;

export const machineRoutes: readonly Route[] = [
  { method: "GET", path, action: "machines-list", access: "read", run: listMachines },
  { method: "POST", path, action: "machine-create", access: "write", run: createMachine },
  { method: "GET", path: onePath, action: "machine-get", access: "read", run: getMachine },
  { method: "POST", path: onePath, action: "machine-update", access: "write", run: updateMachine },
  {
    method: "DELETE",
    path: onePath,
    action: "machine-delete",
    access: "write",
    run: deleteMachine,
  },
  {
    method: "GET",
    path: `${onePath}/events`,
    action: "machine-events",
    access: "read",
    run: listEvents,
  },
  {
    method: "GET",
    path: `${onePath}/versions`,
    action: "machine-versions",
    access: "read",
    run: listVersions,
  },
];

async function listMachines(call: Call, cloud: Cloud): Promise<Reply> {
  const app = appOf(call, cloud);
  const rows = cloud.store.machinesOf(app.name).filter(filterOf(call));
  const limit = queryInteger(call.query, "limit");
  if (limit !== undefined && (limit < 1 || limit > 1_000)) {
    throw invalid("limit must be between 1 and 1000");
  }
  const cursor = call.query.get("cursor") ?? undefined;
  if (cursor !== undefined && limit === undefined) throw invalid("cursor requires limit");
  const { items, nextCursor } = pageOf(
    rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ({ id }) => id,
    {
      cursor,
      limit: limit ?? Number.POSITIVE_INFINITY,
      nowMs: call.at,
    },
  );
  const body = queryFlag(call.query, "summary")
    ? items.map(machineSummary)
    : await Promise.all(items.map((row) => shown(row, call, cloud)));
  return {
    status: 200,
    body,
    ...(nextCursor !== undefined && { headers: { "fly-next-cursor": nextCursor } }),
  };
}

function createMachine(call: Call, cloud: Cloud): Reply {
  const app = appOf(call, cloud);
  const row = createMachineRow(app, call, cloud);
  return ok(machineView(row, { nonce: row.lease?.nonce }));
}

async function getMachine(call: Call, cloud: Cloud): Promise<Reply> {
  const row = machineOf(call, cloud);
  const version = call.query.get("version") ?? undefined;
  if (version !== undefined && !row.versions.some((known) => known.version === version)) {
    throw notFound(`version ${version}`);
  }
  return ok(await shown(row, call, cloud, version));
}

async function updateMachine(call: Call, cloud: Cloud): Promise<Reply> {
  const row = machineToChange(call, cloud);
  updateMachineRow(row, appOf(call, cloud), call, cloud);
  return ok(await shown(row, call, cloud));
}

function deleteMachine(call: Call, cloud: Cloud): Reply {
  const row = machineToChange(call, cloud);
  const force = queryFlag(call.query, "force") || queryFlag(call.query, "kill");
  destroyMachine(cloud, row, call.at, { force });
  return ok({ ok: true });
}

function listEvents(call: Call, cloud: Cloud): Reply {
  const row = machineOf(call, cloud, { destroyed: true });
  const limit = queryInteger(call.query, "limit") ?? 20;
  return ok(row.events.slice(0, Math.min(limit, 50)));
}

function listVersions(call: Call, cloud: Cloud): Reply {
  const { versions } = machineOf(call, cloud);
  return ok(versions.map(({ version, config }) => ({ version, user_config: config })).toReversed());
}

async function shown(row: MachineRow, call: Call, cloud: Cloud, version?: string) {
  return machineView(row, {
    version,
    lease: queryFlag(call.query, "include_leases") ? currentLease(row, call.at) : undefined,
    checks: await cloud.checks.statusesOf(row, call.at),
  });
}

/** Several `metadata.<key>=<value>` must all hold. */
function filterOf(call: Call): (row: MachineRow) => boolean {
  const { query, at } = call;
  const withDeleted = queryFlag(query, "include_deleted");
  const region = query.get("region");
  const states = queryList(query, "state");
  const metadata = [...query]
    .filter(([name]) => name.startsWith("metadata."))
    .map(([name, value]) => [name.slice("metadata.".length), value] as const);
  return (row) =>
    row.visibleMs <= at &&
    (withDeleted || row.destroyedMs === undefined) &&
    (region === null || row.region === region) &&
    (states === undefined || states.includes(row.state)) &&
    metadata.every(([key, value]) => metadataOf(currentConfig(row))[key] === value);
}

function metadataOf({ metadata = {} }: FlyMachineConfig): Readonly<Record<string, string>> {
  return metadata;
}
