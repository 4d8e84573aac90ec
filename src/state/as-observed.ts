/** The silo as it is there now, in the form of a spec: for the price before a change. */

import { type ServiceName, serviceNames } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import type { Services } from "#silo/spec.generated.ts";
import { currentMachine, currentVolume, type ObservedSilo } from "./observed.ts";

/** `undefined` when no machine of it exists. */
export function asObserved(silo: Silo, { services }: ObservedSilo): Silo | undefined {
  const present = serviceNames.filter((name) => currentMachine(services[name]));
  if (present.length === 0) return undefined;
  const entries = serviceNames.map((name) => [name, serviceAsObserved(silo, name, services)]);
  const observed = Object.fromEntries(entries) as Services;
  return {
    ...silo,
    spec: { ...silo.spec, devenv: { ...silo.spec.devenv, services: observed } },
  };
}

function serviceAsObserved(
  silo: Silo,
  name: ServiceName,
  services: ObservedSilo["services"],
): unknown {
  const spec = silo.spec.devenv.services[name];
  const guest = currentMachine(services[name])?.config?.guest;
  const volume = currentVolume(services[name]);
  const hasV4 = (services[name].ips ?? []).some(({ ip, shared }) => !ip.includes(":") && !shared);
  return {
    ...spec,
    ...guest,
    ...(volume && "volume_gb" in spec && { volume_gb: volume.sizeGb }),
    ...("public" in spec && { public: hasV4 }),
    ...("enabled" in spec && { enabled: currentMachine(services[name]) !== undefined }),
  };
}
