/** What makes a machine ours: the marks that every one bears, and the record that kong's has besides. */

import type { ServiceName } from "#silo/names.ts";
import {
  type Identity,
  identityMetadata,
  keys,
  type Metadata,
  managedBy,
  type Power,
  powerMetadata,
} from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import { importedDigest } from "./desire.ts";

export const ownMarks = ({
  managerId,
  siloId,
  service,
  identity,
}: {
  readonly managerId: string;
  readonly siloId: string;
  readonly service: ServiceName;
  readonly identity: Identity;
}): Metadata => ({
  [keys.managedBy]: managedBy,
  [keys.managerId]: managerId,
  [keys.siloId]: siloId,
  [keys.service]: service,
  ...identityMetadata(identity),
});

/** Of a machine that somebody made by hand. */
export const importMarks = (marks: Parameters<typeof ownMarks>[0]): Metadata => ({
  ...ownMarks(marks),
  [keys.specDigest]: importedDigest,
});

/** Its keys are nowhere yet: what follows an import is what ends a rotation that was begun. */
export const importReason = "imported";

/**
 * Of a stack that was made by hand. Its phase shows nothing to anybody before an apply has given it its
 * keys. It counts as healthy before, so that what it holds is never taken for a failed beginning.
 */
export function importedRecord(
  silo: Silo,
  identity: Identity,
  power: Power | undefined,
  now: number,
): Metadata {
  return {
    [keys.phase]: "provisioning",
    ...(power && powerMetadata(power)),
    [keys.preventDestroy]: String(silo.spec.devenv.prevent_destroy),
    [keys.firstHealthyAt]: new Date(now).toISOString(),
    [keys.rotation]: String(identity.generations.at(-1)?.number ?? 1),
    [keys.rotationReason]: importReason,
  };
}
