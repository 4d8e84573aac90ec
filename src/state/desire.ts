/** Spec → desired state: per service everything that must exist, with digests to compare by. */

import { services } from "#services/index.ts";
import type { VolumeNeed } from "#services/types.ts";
import { digestOf } from "#silo/canonical-json.ts";
import { appName, machineName, networkName, type ServiceName, serviceNames } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import type { FlyIpType, FlyMachineConfig } from "#wire/fly.ts";
import { placeholder, placeholders } from "./placeholders.ts";

export interface DesiredService {
  readonly name: ServiceName;
  readonly enabled: boolean;
  readonly app: string;
  readonly network: string;
  readonly region: string;
  readonly machineName: string;
  readonly after: readonly ServiceName[];
  readonly ips: readonly FlyIpType[];
  readonly volume: VolumeNeed | undefined;
  readonly secretNames: readonly string[];
  readonly machine: Omit<FlyMachineConfig, "metadata" | "mounts">;
  /** Over names and form of the secrets, the generation, and the fingerprint below. */
  readonly secretsDigest: string;
  /** Of the values of its `secret_env`; absent when it has none, or nobody knows them. */
  readonly secretEnv: string | undefined;
  /** Over everything above: what a machine carries when its service is as wanted. */
  readonly specDigest: string;
}

export type DesiredSilo = Readonly<Record<ServiceName, DesiredService>>;

/** Instead of a digest: the machine still waits for its addresses and secrets. */
export const pendingDigest = "pending";
/** The machine was made by hand and marked: no apply has made it what the spec says. */
export const importedDigest = "imported";

/** Raised when the meaning of a digest changes: every machine is then updated once. */
const digestVersion = 1;

/** Fingerprints of the values of `secret_env`, by service. */
export type SecretEnv = Readonly<Partial<Record<ServiceName, string | undefined>>>;

export function desire(silo: Silo, generation: number, secretEnv: SecretEnv = {}): DesiredSilo {
  const enabled = (name: ServiceName) => services[name].isEnabled(silo);
  const entries = serviceNames.map((name) => [
    name,
    desireService(silo, name, { generation, secretEnv: secretEnv[name], enabled }),
  ]);
  return Object.fromEntries(entries) as DesiredSilo;
}

function desireService(
  silo: Silo,
  name: ServiceName,
  {
    generation,
    secretEnv,
    enabled,
  }: {
    readonly generation: number;
    readonly secretEnv: string | undefined;
    readonly enabled: (name: ServiceName) => boolean;
  },
): DesiredService {
  const service = services[name];
  const wanted = {
    app: appName(silo.slugs, name),
    network: networkName(silo.slugs),
    region: silo.region,
    ips: service.ips(silo),
    volume: service.volume(silo),
    secretNames: service.secretNames(silo),
    machine: service.machine(silo),
    secretsDigest: digestOf([
      digestVersion,
      generation,
      secretForms(silo, name),
      ...(secretEnv === undefined ? [] : [secretEnv]),
    ]),
  };
  return {
    ...wanted,
    secretEnv,
    name,
    enabled: enabled(name),
    machineName: machineName(name, silo.region),
    after: service.after.filter(enabled),
    // The size of a volume is compared with the volume itself.
    specDigest: digestOf([digestVersion, { ...wanted, volume: wanted.volume?.name }]),
  };
}

/** The secrets as they would be with placeholders for keys: changes when their form changes. */
function secretForms(silo: Silo, name: ServiceName): Record<string, string> {
  const extra = Object.fromEntries(
    silo.spec.devenv.services[name].secret_env.map((variable) => [variable, placeholder(variable)]),
  );
  const forms = services[name].secrets(silo, placeholders, extra);
  return Object.fromEntries(Object.entries(forms).map(([key, form]) => [key, form.reveal()]));
}
