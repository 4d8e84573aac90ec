/** Calls from one process to another: over the loopback, or through the neighbourhood. */

import type { Database } from "../postgres/database.ts";
import {
  answersOnLoopback,
  answersOutside,
  answersPrivately,
  isLoopback,
  isPrivateName,
} from "./listening.ts";
import type { Guest, GuestNetwork } from "./program.ts";
import { type FoundListener, findListener, type RunningMachines } from "./running.ts";

export function guestNetwork(running: RunningMachines): GuestNetwork {
  return {
    async send(guest, host, port, request) {
      if (isLoopback(host)) {
        return onLoopback(running, guest, host, port)?.process.respond(port, request);
      }
      const target = guest.others.reach(guest.machine, host, port);
      const found = target && outside(running, target.id, host, port);
      if (!target || !found) return undefined;
      // A machine that goes away in between refuses the connection.
      return guest.others.send(target, found.port, request).catch(() => undefined);
    },
    database(guest, host, port): Database | undefined {
      if (isLoopback(host)) return onLoopback(running, guest, host, port)?.process.database;
      const target = guest.others.reach(guest.machine, host, port);
      return target && outside(running, target.id, host, port)?.process.database;
    },
  };
}

function onLoopback(
  running: RunningMachines,
  guest: Guest,
  host: string,
  port: number,
): FoundListener | undefined {
  return findListener(running.get(guest.machine.id), port, (listener) =>
    answersOnLoopback(listener, host),
  );
}

/** A service may map its port to another one inside: then the first listener is meant. */
function outside(
  running: RunningMachines,
  machineId: string,
  host: string,
  port: number,
): FoundListener | undefined {
  const answers = isPrivateName(host) ? answersPrivately : answersOutside;
  const containers = running.get(machineId);
  const same = findListener(containers, port, answers);
  if (same) return same;
  for (const { process } of containers ?? []) {
    const listener = process.listeners.find(answers);
    if (listener && !process.listeners.some((one) => one.port === port)) {
      return { process, port: listener.port };
    }
  }
  return undefined;
}
