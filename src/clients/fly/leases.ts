/** The lease of a machine: the lock. It ends by itself when its holder dies. */

import type { FlyLease } from "#wire/fly.ts";
import { ShapeError } from "../shape.ts";
import { absentIfMissing, notFoundIsFinal } from "./absent.ts";
import type { FlyCalls } from "./call.ts";
import type { FlyAnswer } from "./request.ts";
import { readLease } from "./shapes.ts";

export interface LeaseTarget {
  readonly app: string;
  readonly machine: string;
}

export async function getLease(
  calls: FlyCalls,
  { app, machine }: LeaseTarget,
): Promise<FlyLease | undefined> {
  return absentIfMissing(
    calls.call({
      action: "lease.get",
      operation: `read the lease of machine ${machine} of ${app}`,
      method: "GET",
      path: ["apps", app, "machines", machine, "lease"],
      effect: "read",
      app,
      key: machine,
      final: notFoundIsFinal,
      read: ({ body }) => readLease(body),
    }),
  );
}

export function acquireLease(
  calls: FlyCalls,
  { app, machine }: LeaseTarget,
  how: { readonly ttlSeconds: number; readonly description: string },
): Promise<FlyLease> {
  return calls.call({
    action: "lease.acquire",
    operation: `take the lease of machine ${machine} of ${app}`,
    method: "POST",
    path: ["apps", app, "machines", machine, "lease"],
    body: { ttl: how.ttlSeconds, description: how.description },
    effect: "once",
    app,
    key: machine,
    read: readOwnLease,
  });
}

export function refreshLease(
  calls: FlyCalls,
  { app, machine }: LeaseTarget,
  how: { readonly ttlSeconds: number; readonly nonce: string; readonly description: string },
): Promise<FlyLease> {
  return calls.call({
    action: "lease.acquire",
    operation: `keep the lease of machine ${machine} of ${app}`,
    method: "POST",
    path: ["apps", app, "machines", machine, "lease"],
    body: { ttl: how.ttlSeconds, description: how.description },
    nonce: how.nonce,
    effect: "repeatable",
    app,
    key: machine,
    read: readOwnLease,
  });
}

export async function releaseLease(
  calls: FlyCalls,
  { app, machine }: LeaseTarget,
  nonce: string,
): Promise<void> {
  await absentIfMissing(
    calls.call({
      action: "lease.release",
      operation: `release the lease of machine ${machine} of ${app}`,
      method: "DELETE",
      path: ["apps", app, "machines", machine, "lease"],
      nonce,
      effect: "repeatable",
      app,
      key: machine,
      final: notFoundIsFinal,
      read: () => undefined,
    }),
  );
}

function readOwnLease({ body }: FlyAnswer): FlyLease {
  const lease = readLease(body);
  if (lease.nonce === "") throw new ShapeError("the lease has no nonce");
  return lease;
}
