/** Builders of observed state: what a test names, on top of nothing. */

import { appName, networkName, type ServiceName, serviceNames } from "#silo/names.ts";
import { keys, type SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { ObservedMachine, ObservedService, ObservedSilo } from "#state/observed.ts";

export const managerId = "silo-manager";

export const marker = (silo: Silo): Record<string, string> => ({
  [keys.managedBy]: "silo-manager",
  [keys.siloId]: silo.spec.silo_id,
  [keys.managerId]: managerId,
});

export const aMachine = (changes: Partial<ObservedMachine> = {}): ObservedMachine => ({
  id: "m1",
  name: "kong-yyz",
  state: "started",
  region: "yyz",
  version: "v1",
  image: "kong:3.4.2",
  metadata: {},
  updatedAt: "2026-11-24T12:00:00Z",
  startedAt: undefined,
  checks: undefined,
  config: undefined,
  unreachable: false,
  ...changes,
});

export const aRecord = (changes: Partial<SiloRecord> = {}): SiloRecord => ({
  incarnation: "00",
  generations: [{ number: 1, issuedAt: 1, expiresAt: 2, keyId: "k" }],
  phase: undefined,
  holds: [],
  lastUse: undefined,
  power: { desired: "running", by: "spec", reason: "created", at: "2026-11-24T12:00:00Z" },
  preventDestroy: true,
  firstHealthyAt: undefined,
  check: undefined,
  startedAt: undefined,
  stoppedAt: undefined,
  startSeconds: undefined,
  delivered: undefined,
  handed: {},
  withheld: {},
  rotation: undefined,
  expired: undefined,
  awake: {},
  told: {},
  degraded: undefined,
  recipient: undefined,
  frontend: undefined,
  frontendPlace: undefined,
  previewUrl: undefined,
  move: undefined,
  movedFrom: undefined,
  restore: undefined,
  keptVolumes: {},
  ...changes,
});

export function anObserved(
  silo: Silo,
  services: Partial<Record<ServiceName, Partial<ObservedService>>> = {},
  record?: SiloRecord,
): ObservedSilo {
  const entries = serviceNames.map((name): [ServiceName, ObservedService] => [
    name,
    {
      name,
      app: appName(silo.slugs, name),
      place: { kind: "found", network: networkName(silo.slugs), org: undefined },
      ownership: { kind: "ours" },
      machines: [],
      volumes: [],
      ips: undefined,
      secretNames: undefined,
      ...services[name],
    },
  ]);
  return {
    depth: "deep",
    services: Object.fromEntries(entries) as ObservedSilo["services"],
    record,
  };
}
