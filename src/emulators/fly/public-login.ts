/** The public proxy in front of a Postgres: who may log in from outside. */

import { type Database, isSession } from "../postgres/database.ts";
import type { LoginReply } from "../workload.ts";
import type { Cloud } from "./cloud.ts";
import { hasPublicAddress, serviceFor } from "./neighbourhood.ts";

const port = 5432;

/** `undefined` where nothing answers. */
export async function publicDatabase(cloud: Cloud, host: string): Promise<Database | undefined> {
  await cloud.life.settle();
  const app = cloud.store.apps.get(host.replace(/\.fly\.dev$/, ""));
  const machines = cloud.store.machinesOf(app?.name ?? "");
  if (!app || !hasPublicAddress(app, port, machines)) return undefined;
  const row = machines.find((machine) => {
    const service = serviceFor(machine, port);
    return machine.state === "started" && service && machine.ports.includes(service.internal_port);
  });
  const guest = row && cloud.guests.of(row);
  const internalPort = row && serviceFor(row, port)?.internal_port;
  if (!guest || internalPort === undefined) return undefined;
  return guest.workload.database?.(guest.machine, internalPort);
}

export async function publicLogin(
  cloud: Cloud,
  host: string,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<LoginReply | undefined> {
  const database = await publicDatabase(cloud, host);
  if (!database) return undefined;
  const answer = await cloud.holdTime(
    database.connect({
      user,
      database: "postgres",
      // As a server would that took the proxy for its own loopback.
      password: host.includes("fault-loopback") ? undefined : password,
    }),
  );
  if (!isSession(answer)) return { code: answer.code, message: answer.message };
  await answer.end();
  return "let-in";
}
