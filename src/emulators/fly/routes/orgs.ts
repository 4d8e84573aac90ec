import type { FlyOrgMachine, FlyOrgVolume } from "#wire/fly.ts";
import { type Call, ok, param, queryFlag, queryInteger, queryList, type Reply } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import { invalid, unauthorized } from "../errors.ts";
import { machineAsListed, volumeAsListed } from "../org-view.ts";
import { type Page, pageOf } from "../paging.ts";
import type { Route } from "../router.ts";
import { mayUse } from "../tokens.ts";

export const orgRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/v1/orgs/:org/machines",
    action: "org-machines",
    access: "read",
    run: listOrgMachines,
  },
  {
    method: "GET",
    path: "/v1/orgs/:org/volumes",
    action: "org-volumes",
    access: "read",
    run: listOrgVolumes,
  },
];

interface Listed {
  readonly id: string;
  readonly region: string;
  readonly state: string;
  readonly updated_at?: string;
}

function listOrgMachines(call: Call, cloud: Cloud): Reply {
  const org = orgOf(call);
  const rows: FlyOrgMachine[] = [];
  for (const row of cloud.store.machines.values()) {
    if (row.org !== org) continue;
    const listed = machineAsListed(row, cloud.orgListLagMs, call.at);
    if (listed) rows.push(listed);
  }
  const { items, nextCursor } = page(rows, call, ["destroyed"]);
  const last = items.at(-1);
  const isSummary = queryFlag(call.query, "summary");
  return ok({
    machines: isSummary ? items.map(({ config: _omitted, ...rest }) => rest) : items,
    error_regions: [],
    ...(nextCursor !== undefined && { next_cursor: nextCursor }),
    ...(last && { last_machine_id: last.id, last_updated_at: last.updated_at }),
  });
}

function listOrgVolumes(call: Call, cloud: Cloud): Reply {
  const org = orgOf(call);
  const rows: FlyOrgVolume[] = [];
  for (const row of cloud.store.volumes.values()) {
    if (row.org !== org) continue;
    const listed = volumeAsListed(row, cloud.orgListLagMs, call.at);
    if (listed) rows.push(listed);
  }
  const { items, nextCursor } = page(rows, call, ["destroyed"]);
  const last = items.at(-1);
  return ok({
    volumes: items,
    ...(nextCursor !== undefined && { next_cursor: nextCursor }),
    ...(last && { last_volume_id: last.id, last_updated_at: last.updated_at }),
  });
}

function orgOf(call: Call): string {
  const org = param(call, "org");
  if (!mayUse(call.token, org)) throw unauthorized();
  return org;
}

/** Oldest change first. A cursor takes precedence over `updated_after`. */
function page<T extends Listed>(rows: readonly T[], call: Call, gone: readonly string[]): Page<T> {
  const { query } = call;
  const limit = queryInteger(query, "limit") ?? 1_000;
  if (limit < 1 || limit > 1_000) throw invalid("limit must be between 1 and 1000");
  const withDeleted = queryFlag(query, "include_deleted");
  const region = query.get("region");
  const states = queryList(query, "state");
  const cursor = query.get("cursor") ?? undefined;
  const after = cursor === undefined ? updatedAfter(query) : undefined;
  const kept = rows.filter(
    (row) =>
      (withDeleted || !gone.includes(row.state)) &&
      (region === null || row.region === region) &&
      (states === undefined || states.includes(row.state)) &&
      (after === undefined || Date.parse(row.updated_at ?? "") > after),
  );
  const sorted = kept.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return pageOf(sorted, keyOf, { cursor, limit, nowMs: call.at });
}

function updatedAfter(query: URLSearchParams): number | undefined {
  const text = query.get("updated_after");
  if (text === null) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw invalid("updated_after must be an RFC 3339 timestamp");
  return at;
}

function keyOf({ updated_at, id }: Listed): string {
  return `${updated_at} ${id}`;
}
