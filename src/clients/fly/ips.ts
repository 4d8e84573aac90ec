/** Addresses of an app: assigning twice makes two, so a create that may have happened is not repeated. */

import type { FlyIp } from "#wire/fly.ts";
import type { IpRequest } from "#world/fly.ts";
import { absentIfMissing, notFoundIsFinal } from "./absent.ts";
import type { FlyCalls } from "./call.ts";
import { readIp, readList } from "./shapes.ts";

export async function listIps(calls: FlyCalls, app: string): Promise<readonly FlyIp[] | undefined> {
  return absentIfMissing(
    calls.call({
      action: "ip.list",
      operation: `list the addresses of ${app}`,
      method: "GET",
      path: ["apps", app, "ip_assignments"],
      effect: "read",
      app,
      read: ({ body }) => readList(body, "ips", readIp),
    }),
  );
}

export function assignIp(calls: FlyCalls, app: string, request: IpRequest): Promise<FlyIp> {
  return calls.call({
    action: "ip.assign",
    operation: `assign a ${request.type} address to ${app}`,
    method: "POST",
    path: ["apps", app, "ip_assignments"],
    body: request,
    effect: "once",
    app,
    read: ({ body }) => readIp(body, "the address"),
  });
}

export async function releaseIp(calls: FlyCalls, app: string, ip: string): Promise<void> {
  await absentIfMissing(
    calls.call({
      action: "ip.release",
      operation: `release address ${ip} of ${app}`,
      method: "DELETE",
      path: ["apps", app, "ip_assignments", ip],
      effect: "repeatable",
      app,
      final: notFoundIsFinal,
      read: () => undefined,
    }),
  );
}
