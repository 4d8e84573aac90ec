import { type Call, integer, ok, queryInteger, type Reply, text } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import type { MachineRow } from "../entities.ts";
import { invalid, leaseHeld, notFound } from "../errors.ts";
import { currentLease, machineOf } from "../lookups.ts";
import type { Route } from "../router.ts";

const path = "/v1/apps/:app/machines/:machine/lease";

export const machineLeaseRoutes: readonly Route[] = [
  { method: "GET", path, action: "lease-get", access: "read", run: getLease },
  { method: "POST", path, action: "lease-acquire", access: "write", run: acquireLease },
  { method: "DELETE", path, action: "lease-release", access: "write", run: releaseLease },
];

const defaultTtlSeconds = 30;

function getLease(call: Call, cloud: Cloud): Reply {
  const row = machineOf(call, cloud);
  if (!currentLease(row, call.at)) throw notFound("lease");
  return ok(envelope(row));
}

/** With the nonce of the current lease it is a refresh. The ttl comes in the query or the body. */
function acquireLease(call: Call, cloud: Cloud): Reply {
  const row = machineOf(call, cloud);
  const held = currentLease(row, call.at);
  const nonce = call.headers.get("fly-machine-lease-nonce") ?? "";
  if (held && held.nonce !== nonce) throw leaseHeld(row.id, held.owner, held.expiresMs);
  const ttl = queryInteger(call.query, "ttl") ?? integer(call.body, "ttl") ?? defaultTtlSeconds;
  if (ttl < 1) throw invalid("ttl must be at least 1 second");
  row.lease = {
    nonce: held?.nonce ?? cloud.ids.hex(12),
    expiresMs: call.at + ttl * 1_000,
    owner: call.token.owner,
    description: text(call.body, "description") ?? held?.description ?? "",
  };
  return { status: 201, body: envelope(row) };
}

function releaseLease(call: Call, cloud: Cloud): Reply {
  const row = machineOf(call, cloud);
  const held = currentLease(row, call.at);
  if (!held) throw notFound("lease");
  const nonce = call.headers.get("fly-machine-lease-nonce");
  if (held.nonce !== nonce) throw leaseHeld(row.id, held.owner, held.expiresMs);
  row.lease = undefined;
  return ok({ ok: true });
}

/** The nonce is there for every reader: that is how flyctl clears a stale lease. */
function envelope(row: MachineRow) {
  const { lease } = row;
  return {
    status: "success",
    data: lease && {
      nonce: lease.nonce,
      expires_at: Math.floor(lease.expiresMs / 1_000),
      owner: lease.owner,
      description: lease.description,
      version: row.version,
    },
  };
}
