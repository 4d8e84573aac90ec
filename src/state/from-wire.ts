/** Wire → model: the few fields that decisions are made on. */

import type { FlyMachine, FlyOrgMachine, FlyVolume } from "#wire/fly.ts";
import type { ObservedMachine, ObservedVolume } from "./observed.ts";

export function fromOrgMachine(machine: FlyOrgMachine): ObservedMachine {
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    version: machine.version,
    image: machine.config?.image,
    metadata: machine.config?.metadata ?? {},
    updatedAt: machine.updated_at,
    startedAt: undefined,
    checks: undefined,
    config: undefined,
    unreachable: false,
  };
}

export function fromMachine(machine: FlyMachine): ObservedMachine {
  const config = machine.config ?? machine.incomplete_config;
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    version: machine.version ?? machine.instance_id,
    image: config?.image,
    metadata: config?.metadata ?? {},
    updatedAt: machine.updated_at,
    startedAt: machine.events?.find(({ type }) => type === "start")?.timestamp,
    checks: machine.checks ?? [],
    config: machine.config,
    unreachable: machine.config === undefined,
  };
}

/** Oldest first. */
export function fromVolumes(volumes: readonly FlyVolume[]): readonly ObservedVolume[] {
  return volumes
    .map((volume) => ({
      id: volume.id,
      name: volume.name,
      state: volume.state,
      sizeGb: volume.size_gb,
      region: volume.region,
      attachedTo: volume.attached_machine_id || undefined,
      createdAt: volume.created_at,
    }))
    .sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1));
}
