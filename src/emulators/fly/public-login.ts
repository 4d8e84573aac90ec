/** The public proxy in front of a Postgres: who may log in from outside. */

import type { LogIn } from "../workload.ts";
import type { Cloud } from "./cloud.ts";
import { hasPublicAddress, serviceFor } from "./neighbourhood.ts";

const port = 5432;

/** `undefined` where nothing answers. */
export async function publicLogin(
  cloud: Cloud,
  host: string,
  login: { readonly user: string; readonly password: string },
): ReturnType<LogIn> {
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
  if (!guest?.workload.logIn || internalPort === undefined) return undefined;
  return cloud.holdTime(
    guest.workload.logIn(guest.machine, internalPort, {
      user: login.user,
      // As a server would that took the proxy for its own loopback.
      password: app.name.includes("fault-loopback") ? undefined : login.password,
    }),
  );
}
