/** What of a silo is held against what it was: not what changes by itself (versions, hosts, addresses). */

import { keys } from "#silo/record.ts";
import type { ServiceFacts, WorldFacts } from "#silo/status.generated.ts";
import type { ObservedService, ObservedSilo } from "./observed.ts";
import { observedRls } from "./rls.ts";

export function worldFactsOf(observed: ObservedSilo): WorldFacts {
  const { services, record } = observed;
  return {
    record: record
      ? {
          phase: record.phase ?? null,
          power: record.power.desired,
          generation: record.generations.at(-1)?.number ?? 0,
          prevent_destroy: record.preventDestroy,
          rls_mode: observedRls(observed)?.inForce ?? null,
        }
      : null,
    services: Object.fromEntries(
      Object.values(services).map((service) => [service.name, serviceFacts(service)]),
    ),
  };
}

const serviceFacts = ({ app, ownership, machines, volumes }: ObservedService): ServiceFacts => ({
  app,
  ownership: ownership.kind,
  machines: machines
    .map(({ id, state, metadata }) => ({ id, state, digest: metadata[keys.specDigest] ?? null }))
    .sort((a, b) => (a.id < b.id ? -1 : 1)),
  volumes: volumes
    .map(({ name, sizeGb }) => ({ name, size_gb: sizeGb }))
    .sort((a, b) => (a.name === b.name ? a.size_gb - b.size_gb : a.name < b.name ? -1 : 1)),
});
