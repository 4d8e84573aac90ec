/** Whose app is it? Nothing is ever changed in an app that is not ours. */

import { services } from "#services/index.ts";
import type { DriftPolicy } from "#silo/config.generated.ts";
import { networkName } from "#silo/names.ts";
import { keys, managedBy, type SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { DesiredDelivery } from "./delivery.ts";
import type { SecretEnv } from "./desire.ts";
import type { AppOwnership, ObservedMachine, ObservedService } from "./observed.ts";

export interface Owner {
  readonly silo: Silo;
  readonly managerId: string;
  /** What is to stand on GitHub while it runs; absent without a repository. */
  readonly delivery?: DesiredDelivery | undefined;
  /** Days that a volume is kept after another one has taken over from it; default: 7. */
  readonly graceDays?: number;
  /** What is done about fields that somebody changed by hand; absent: nothing. */
  readonly drift?: DriftPolicy;
  /** US dollars a month that it may cost; absent: there is no budget. */
  readonly budgetUsd?: number | undefined;
  /** Whether Netlify can be reached for the site that its spec may name. */
  readonly hasNetlify?: boolean;
  /** Fingerprints of the values of `secret_env` that this run knows. */
  readonly secretEnv?: ((record: SiloRecord) => SecretEnv) | undefined;
}

/**
 * An app is ours if its machines carry our marker for this silo. One without machines is ours if
 * it is on the silo's network and holds nothing, or only volumes of the name the silo makes: a network
 * is one silo's alone and never changes. Such volumes are what a run that died or a destruction has
 * left. Anything else of that name is somebody else's.
 */
export function ownershipOf(
  owner: Owner,
  service: Pick<ObservedService, "name" | "place" | "machines" | "volumes">,
  record: SiloRecord | undefined,
): AppOwnership {
  const { place, machines, volumes } = service;
  if (place.kind === "absent") return { kind: "absent" };
  if (place.kind === "foreign") return foreign("it belongs to another organisation");
  const { org, network } = place;
  if (org !== undefined && org !== owner.silo.spec.devenv.fly_org) {
    return foreign(`it is in the organisation "${org}"`);
  }
  const wanted = networkName(owner.silo.slugs);
  if (network !== undefined && network !== wanted) {
    return foreign(`it is on the network "${network}", not on "${wanted}"`);
  }
  const stranger = machines.find((machine) => !isOurs(owner, machine));
  if (stranger) return foreign(whyForeign(owner, stranger));
  if (machines.length > 0 || volumes.length === 0) return { kind: "ours" };
  const name = services[service.name].volume(owner.silo)?.name;
  const other = volumes.find((volume) => volume.name !== name);
  if (other) return foreign(`it holds the volume "${other.name}" and no machine of this silo`);
  if (network === undefined && !record) return foreign("it holds a volume on an unknown network");
  return { kind: "ours" };
}

export function isOurs({ silo, managerId }: Owner, { metadata }: ObservedMachine): boolean {
  return (
    metadata[keys.managedBy] === managedBy &&
    metadata[keys.siloId] === silo.spec.silo_id &&
    metadata[keys.managerId] === managerId
  );
}

function whyForeign({ silo, managerId }: Owner, { id, metadata }: ObservedMachine): string {
  if (metadata[keys.managedBy] !== managedBy) {
    return `its machine ${id} has no silo-manager marker`;
  }
  const siloId = metadata[keys.siloId] ?? "";
  if (siloId !== silo.spec.silo_id) return `its machine ${id} belongs to the silo_id "${siloId}"`;
  const manager = metadata[keys.managerId] ?? "";
  return `its machine ${id} belongs to the manager "${manager}", not to "${managerId}"`;
}

const foreign = (why: string): AppOwnership => ({ kind: "foreign", why });
