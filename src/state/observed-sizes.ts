/** The sizes of what is there now: for the price before a change. Empty when nothing is. */

import type { ServiceSize, SiloSizes } from "#silo/cost.ts";
import { serviceNames } from "#silo/names.ts";
import {
  currentMachine,
  currentVolume,
  type ObservedService,
  type ObservedSilo,
} from "./observed.ts";

export function observedSizes({ services }: ObservedSilo): SiloSizes {
  return Object.fromEntries(
    serviceNames.flatMap((name) => {
      const size = sizeOf(services[name]);
      return size ? [[name, size]] : [];
    }),
  );
}

function sizeOf(service: ObservedService): ServiceSize | undefined {
  const guest = currentMachine(service)?.config?.guest;
  if (!guest) return undefined;
  return {
    cpuKind: guest.cpu_kind,
    cpus: guest.cpus,
    memoryMb: guest.memory_mb,
    volumeGb: currentVolume(service)?.sizeGb ?? 0,
    dedicatedIpv4: (service.ips ?? []).some(({ ip, shared }) => !ip.includes(":") && !shared),
  };
}
