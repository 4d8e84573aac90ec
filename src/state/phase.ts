/** The phase of a silo, from its record and its machines. The record is trusted over machine states. */

import { type ServiceName, serviceNames } from "#silo/names.ts";
import { currentMachine, type ObservedMachine, type ObservedSilo } from "./observed.ts";

export type Phase =
  | "absent"
  | "provisioning"
  | "running"
  | "degraded"
  | "stopping"
  | "stopped"
  | "destroying";

export type Health = "passing" | "warning" | "critical" | "unknown";

/** A silo works without its console. */
const exempt: readonly ServiceName[] = ["studio"];

/** Volumes of ours that no machine and no record speak of are what a destruction has left. */
export function phaseOf({ services, record, failedTwice }: ObservedSilo): Phase {
  const all = Object.values(services);
  const machines = all.flatMap((service) => service.machines);
  if (machines.length === 0 && !record) {
    const isLeft = all.some(({ ownership, volumes }) => ownership.kind === "ours" && volumes[0]);
    return isLeft ? "destroying" : "absent";
  }
  if (record?.phase) return record.phase;
  if (record?.power.desired === "stopped") {
    return machines.some(isUp) ? "stopping" : "stopped";
  }
  return record?.degraded || (failedTwice?.length ?? 0) > 0 ? "degraded" : "running";
}

/** Without which the silo is not usable, as this look shows them. */
export function failingServices({
  services,
}: Pick<ObservedSilo, "services">): readonly ServiceName[] {
  return serviceNames.filter((name) => {
    const machine = currentMachine(services[name]);
    const isWell = machine?.state === "started" && healthOf(machine) !== "critical";
    return !isWell && !exempt.includes(name);
  });
}

export function healthOf(machine: ObservedMachine): Health {
  const { checks, state } = machine;
  if (!checks || checks.length === 0 || state !== "started") return "unknown";
  if (checks.some(({ status }) => status === "critical")) return "critical";
  if (checks.every(({ status }) => status === "passing")) return "passing";
  return "warning";
}

export const isUp = ({ state }: ObservedMachine): boolean =>
  state === "started" || state === "starting";
