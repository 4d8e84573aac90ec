/** Spec → desired state: per service everything that must exist, with digests to compare by. */

import { services } from "#services/index.ts";
import type { VolumeNeed } from "#services/types.ts";
import { digestOf } from "#silo/canonical-json.ts";
import { type Credentials, loginRoles } from "#silo/credentials.ts";
import { appName, machineName, networkName, type ServiceName, serviceNames } from "#silo/names.ts";
import { Secret } from "#silo/secret.ts";
import type { Silo } from "#silo/silo.ts";
import type { FlyIpType, FlyMachineConfig } from "#wire/fly.ts";

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
  /** Over names and form of the secrets and the generation, never over a value. */
  readonly secretsDigest: string;
  /** Over everything above: what a machine carries when its service is as wanted. */
  readonly specDigest: string;
}

export type DesiredSilo = Readonly<Record<ServiceName, DesiredService>>;

/** Instead of a digest: the machine still waits for its addresses and secrets. */
export const pendingDigest = "pending";

/** Raised when the meaning of a digest changes: every machine is then updated once. */
const digestVersion = 1;

export function desire(silo: Silo, generation: number): DesiredSilo {
  const enabled = (name: ServiceName) => services[name].isEnabled(silo);
  const entries = serviceNames.map((name) => [
    name,
    desireService(silo, name, generation, enabled),
  ]);
  return Object.fromEntries(entries) as DesiredSilo;
}

function desireService(
  silo: Silo,
  name: ServiceName,
  generation: number,
  enabled: (name: ServiceName) => boolean,
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
    secretsDigest: digestOf([digestVersion, generation, secretForms(silo, name)]),
  };
  return {
    ...wanted,
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

const placeholder = (name: string) => new Secret(`{{${name}}}`);

const placeholders: Credentials = {
  generation: 0,
  jwtSecret: placeholder("jwt"),
  anonKey: placeholder("anon"),
  serviceRoleKey: placeholder("service_role"),
  passwords: Object.fromEntries(
    loginRoles.map((role) => [role, placeholder(role)]),
  ) as Credentials["passwords"],
  studioPassword: placeholder("studio"),
  metaCryptoKey: placeholder("meta-crypto"),
};
