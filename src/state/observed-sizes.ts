/** The sizes of what is there now: for the price before a change. Empty when nothing is. */

import type { ServiceSize, SiloSizes } from "#silo/cost.ts";
import { serviceNames } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { currentVolume } from "./current-volume.ts";
import { currentMachine, type ObservedService, type ObservedSilo } from "./observed.ts";

export function observedSizes(silo: Silo, { services }: ObservedSilo): SiloSizes {
  return Object.fromEntries(
    serviceNames.flatMap((name) => {
      const size = sizeOf(silo, services[name]);
      return size ? [[name, size]] : [];
    }),
  );
}

function sizeOf(silo: Silo, service: ObservedService): ServiceSize | undefined {
  const guest = currentMachine(service)?.config?.guest;
  if (!guest) return undefined;
  return {
    cpuKind: guest.cpu_kind,
    cpus: guest.cpus,
    memoryMb: guest.memory_mb,
    volumeGb: currentVolume(silo, service)?.sizeGb ?? 0,
    dedicatedIpv4: (service.ips ?? []).some(({ ip, shared }) => !ip.includes(":") && !shared),
  };
}
