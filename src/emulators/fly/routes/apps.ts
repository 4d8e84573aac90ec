import { type Call, ok, queryInteger, type Reply, text } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import type { AppRow } from "../entities.ts";
import { ApiProblem, invalid, nameTaken, unauthorized } from "../errors.ts";
import { appOf } from "../lookups.ts";
import { lingerMs, recordVolumeView } from "../org-view.ts";
import { pageOf } from "../paging.ts";
import type { Route } from "../router.ts";
import { mayUse } from "../tokens.ts";
import { buryMachine } from "../transitions.ts";
import { appView } from "../views.ts";

export const appRoutes: readonly Route[] = [
  { method: "GET", path: "/v1/apps", action: "apps-list", access: "read", run: listApps },
  { method: "POST", path: "/v1/apps", action: "app-create", access: "write", run: createApp },
  { method: "GET", path: "/v1/apps/:app", action: "app-get", access: "read", run: getApp },
  {
    method: "DELETE",
    path: "/v1/apps/:app",
    action: "app-delete",
    access: "write",
    run: deleteApp,
  },
];

function listApps(call: Call, { store }: Cloud): Reply {
  const org = call.query.get("org_slug");
  if (!org) throw invalid("org_slug is required");
  if (!mayUse(call.token, org)) throw unauthorized();
  const role = call.query.get("app_role");
  const limit = queryInteger(call.query, "limit");
  if (limit !== undefined && (limit < 1 || limit > 5_000)) {
    throw invalid("limit must be between 1 and 5000");
  }
  const cursor = call.query.get("cursor") ?? undefined;
  if (cursor !== undefined && limit === undefined) throw invalid("cursor requires limit");
  const apps = role === null || role === "app" ? store.appsOf(org) : [];
  const sorted = apps.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextCursor } = pageOf(sorted, ({ name }) => name, {
    cursor,
    limit: limit ?? Number.POSITIVE_INFINITY,
    nowMs: call.at,
  });
  return ok({
    total_apps: sorted.length,
    apps: items.map((app) => appView(app, store)),
    ...(nextCursor !== undefined && { next_cursor: nextCursor }),
  });
}

/** Takes `app_name` too, which the documents' examples still send. */
function createApp(call: Call, { store, ids }: Cloud): Reply {
  const name = text(call.body, "name") ?? text(call.body, "app_name") ?? "";
  const org = text(call.body, "org_slug") ?? "";
  if (org === "") throw invalid("org_slug is required");
  if (!mayUse(call.token, org)) throw unauthorized();
  const key = text(call.body, "idempotency_key");
  const existing = store.apps.get(name);
  const isRepeat = key !== undefined && existing?.idempotencyKey === key && existing.org === org;
  if (existing && isRepeat) return created(existing);
  if (existing || name.includes("fault-foreign")) throw nameTaken();
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
    throw new ApiProblem(
      422,
      "Validation failed: Name may only contain lowercase letters, numbers and dashes, and at most 63 characters",
    );
  }
  const network = text(call.body, "network") ?? "default";
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(network)) {
    throw new ApiProblem(422, "Validation failed: Network name is invalid");
  }
  const neighbour = store.appOn(org, network);
  const app: AppRow = {
    id: ids.app(),
    numericId: 1_000_000 + ids.below(8_999_999),
    name,
    org,
    network,
    createdMs: call.at,
    idempotencyKey: key,
    networkPrefix: neighbour?.networkPrefix ?? `${ids.hex(1)}:${ids.hex(4)}`,
    secrets: {},
    secretsVersion: 0,
    secretsReadyMs: 0,
    staleSecrets: {},
    ips: [],
  };
  store.addApp(app);
  return created(app);
}

function created({ id, createdMs }: AppRow): Reply {
  return { status: 201, body: { id, created_at: createdMs } };
}

function getApp(call: Call, cloud: Cloud): Reply {
  return ok(appView(appOf(call, cloud), cloud.store));
}

/** Takes machines, volumes, addresses and secrets with it. */
async function deleteApp(call: Call, cloud: Cloud): Promise<Reply> {
  const { store, guests, life } = cloud;
  const app = appOf(call, cloud);
  store.removeApp(app);
  for (const volume of store.volumesOf(app.name)) {
    volume.attachedTo = undefined;
    volume.deletedMs = call.at - lingerMs;
    recordVolumeView(volume, cloud.orgListLagMs, call.at);
  }
  for (const machine of store.machinesOf(app.name)) {
    machine.next = undefined;
    await guests.stop(machine);
    if (machine.destroyedMs === undefined) buryMachine(life, cloud, machine, call.at);
  }
  for (const volume of store.volumesOf(app.name)) await guests.discard(volume);
  return { status: 202 };
}
