/** How machines reach each other, and how the public reaches them. */

import type { FlyService } from "#wire/fly.ts";
import type { GuestMachine, Neighbourhood } from "../workload.ts";
import type { AppRow, MachineRow } from "./entities.ts";
import type { Guests } from "./guests.ts";
import { currentConfig } from "./machine-config.ts";
import type { FlyStore } from "./store.ts";

export function createNeighbourhood(store: FlyStore, guests: () => Guests): Neighbourhood {
  return {
    reach(from, host, port) {
      const row = targetOf(store, from, host.toLowerCase(), port);
      return row && guests().of(row)?.machine;
    },
    async send(to, internalPort, request) {
      const row = store.machines.get(to.id);
      const guest = row && guests().of(row);
      const port = row && listeningPort(row, internalPort);
      if (!guest || port === undefined) throw new TypeError("fetch failed: connection refused");
      return guest.workload.respond(guest.machine, this, port, request);
    },
  };
}

function targetOf(
  store: FlyStore,
  from: GuestMachine | "internet",
  host: string,
  port: number,
): MachineRow | undefined {
  const [name = "", zone] = splitHost(host);
  const app = store.apps.get(name.split(".").at(-1) ?? "");
  if (!app || zone === undefined) return undefined;
  const here = from === "internet" ? undefined : store.apps.get(from.app);
  const isSameNetwork = here !== undefined && sameNetwork(here, app.org, app.network);
  const machines = store.machinesOf(app.name).filter(({ state }) => state === "started");
  if (zone === "internal") {
    return isSameNetwork ? machines.find((row) => row.ports.includes(port)) : undefined;
  }
  const isOpen =
    zone === "flycast"
      ? app.ips.some(
          ({ type, network }) =>
            type === "private_v6" &&
            here !== undefined &&
            sameNetwork(here, app.org, network ?? "default"),
        )
      : hasPublicAddress(app, port, machines);
  if (!isOpen) return undefined;
  return machines.find((row) => {
    const service = serviceFor(row, port);
    return !row.cordoned && service !== undefined && row.ports.includes(service.internal_port);
  });
}

/** `pg.internal` → `pg` and `internal`. */
function splitHost(host: string): [string, "internal" | "flycast" | "fly.dev" | undefined] {
  for (const zone of ["internal", "flycast", "fly.dev"] as const) {
    if (host.endsWith(`.${zone}`)) return [host.slice(0, -zone.length - 1), zone];
  }
  return [host, undefined];
}

export function serviceFor(row: MachineRow, port: number): FlyService | undefined {
  return currentConfig(row).services?.find((service) =>
    (service.ports ?? []).some((candidate) => candidate.port === port),
  );
}

/** A shared IPv4 tells apps apart by HTTP host or TLS name only; raw ports need an own address. */
export function hasPublicAddress(
  app: AppRow,
  port: number,
  machines: readonly MachineRow[],
): boolean {
  if (app.ips.some(({ type }) => type === "v4" || type === "v6")) return true;
  if (!app.ips.some(({ type }) => type === "shared_v4")) return false;
  return machines.some((row) =>
    serviceFor(row, port)?.ports.some(
      ({ port: candidate, handlers = [] }) =>
        candidate === port &&
        (handlers.includes("tls") || (port === 80 && handlers.includes("http"))),
    ),
  );
}

function sameNetwork(here: AppRow, org: string, network: string): boolean {
  return here.org === org && here.network === network;
}

/** The port itself, or the internal port of the service that has it. */
function listeningPort(row: MachineRow, port: number): number | undefined {
  if (row.ports.includes(port)) return port;
  const internal = serviceFor(row, port)?.internal_port;
  return internal !== undefined && row.ports.includes(internal) ? internal : undefined;
}
