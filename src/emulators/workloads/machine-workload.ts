/** A machine as the programs of its containers, which share one loopback. */

import type { Clock } from "#world/effects.ts";
import type { PostgresHost } from "../postgres/database.ts";
import type { Boot, GuestMachine, Neighbourhood, Workload } from "../workload.ts";
import { clusterOf } from "./cluster.ts";
import { imageName } from "./image-name.ts";
import { answersOutside, answersPrivately } from "./listening.ts";
import { guestNetwork } from "./network.ts";
import type { Guest, GuestNetwork, Program } from "./program.ts";
import { findListener, type RunningContainer, type RunningMachines } from "./running.ts";

export interface WorkloadParts {
  readonly clock: Clock;
  readonly postgres: PostgresHost | undefined;
  readonly programFor: (repository: string) => Program;
  readonly running: RunningMachines;
  /** The cluster on each volume that was seen, by the volume's id of that time. */
  readonly clusters: Map<string, string>;
}

export function machineWorkload(name: string, parts: WorkloadParts): Workload {
  const { running, clusters } = parts;
  const network = guestNetwork(running);
  return {
    name,
    boot: async (machine, others) => {
      await stopMachine(running, machine.id);
      if (machine.volume) clusters.set(machine.volume.id, clusterOf(machine.volume));
      return bootMachine(machine, others, { network, parts });
    },
    check: async (machine, _others, check) => {
      const found = findListener(running.get(machine.id), check.port, answersPrivately);
      if (!found) return { passing: false, output: "connect: connection refused" };
      if (check.type === "tcp") return { passing: true, output: "Success" };
      return httpCheck(check, (request) => found.process.respond(check.port, request));
    },
    respond: async (machine, _others, port, request) => {
      const found = findListener(running.get(machine.id), port, answersOutside);
      return found ? found.process.respond(port, request) : new Response(null, { status: 502 });
    },
    exec: async (machine, request) => {
      const containers = running.get(machine.id) ?? [];
      const found = request.container
        ? containers.find(({ name }) => name === request.container)
        : containers[0];
      const done = await found?.process.exec?.(request);
      return done ?? notFound(found ? (request.command[0] ?? "") : undefined);
    },
    database: (machine, port) =>
      findListener(running.get(machine.id), port, answersOutside)?.process.database,
    stop: (machine) => stopMachine(running, machine.id),
    copy: async (data, to) => {
      const from = data.get("cluster");
      if (from === undefined) return;
      data.set("cluster", to);
      clusters.set(to, to);
      await parts.postgres?.copy(from, to);
    },
    discard: async (volumeId) => {
      await parts.postgres?.discard(clusters.get(volumeId) ?? volumeId);
      clusters.delete(volumeId);
    },
  };
}

interface Booting {
  readonly network: GuestNetwork;
  readonly parts: WorkloadParts;
}

async function bootMachine(
  machine: GuestMachine,
  others: Neighbourhood,
  { network, parts }: Booting,
): Promise<Boot> {
  const containers: RunningContainer[] = [];
  for (const container of machine.containers) {
    const program = parts.programFor(imageName(container.image).repository);
    const { clock, postgres } = parts;
    const guest: Guest = { machine, container, others, network, clock, postgres };
    const boot = await program.boot(guest);
    if (boot.kind === "exits") {
      await Promise.all(containers.map(({ process }) => process.stop?.()));
      const log = machine.containers.length > 1 ? `${container.name}: ${boot.log}` : boot.log;
      return { kind: "exits", exitCode: boot.exitCode, log };
    }
    containers.push({ name: container.name, process: boot.process });
  }
  parts.running.set(machine.id, containers);
  const ports = containers
    .flatMap(({ process }) => process.listeners.filter(answersOutside))
    .map(({ port }) => port);
  return { kind: "listens", ports: [...new Set(ports)] };
}

async function stopMachine(running: RunningMachines, id: string): Promise<void> {
  const containers = running.get(id);
  running.delete(id);
  for (const { process } of containers ?? []) await process.stop?.();
}

async function httpCheck(
  check: { readonly port: number; readonly path?: string },
  send: (request: Request) => Promise<Response>,
): Promise<{ passing: boolean; output: string }> {
  const url = `http://127.0.0.1:${check.port}${check.path ?? "/"}`;
  const response = await send(new Request(url, { redirect: "manual" }));
  const body = (await response.text()).slice(0, 200);
  const passing = response.status >= 200 && response.status < 300;
  return { passing, output: `HTTP GET ${check.path ?? "/"}: ${response.status} Output: ${body}` };
}

function notFound(command: string | undefined) {
  const stderr =
    command === undefined
      ? "container not found or not running\n"
      : `exec: "${command}": executable file not found in $PATH\n`;
  return { exit_code: command === undefined ? 1 : 127, stdout: "", stderr };
}
