/**
 * Data from a snapshot, in a volume of its own that takes over from the one in use. A machine cannot
 * change its volume, so it is made again on the new one.
 */

import type { ServiceName } from "#silo/names.ts";
import type { SiloRecord } from "#silo/record.ts";
import { currentMachine, type ObservedService, type ObservedSilo } from "./observed.ts";

export interface RestoreIntent {
  readonly kind: "restore";
  readonly snapshot: string;
  /** Whose data the snapshot holds. */
  readonly service: ServiceName;
}

export interface Restoring {
  readonly service: ServiceName;
  /** Absent when the record says that the new volume has taken over, and only the machine is left. */
  readonly snapshot: string | undefined;
}

type AnyIntent = RestoreIntent | { readonly kind: string };

const isRestore = (intent: AnyIntent): intent is RestoreIntent => intent.kind === "restore";

/** What is left of it before everything else follows by itself. */
export function restoringOf(
  intent: AnyIntent,
  { services }: ObservedSilo,
  record: SiloRecord | undefined,
): Restoring | undefined {
  if (!record) return undefined;
  const left = Object.values(services).find(mountsKept);
  const isOurs = isRestore(intent) || intent.kind === "apply";
  if (left && isOurs) return { service: left.name, snapshot: undefined };
  if (!isRestore(intent)) return undefined;
  const { snapshot, service } = intent;
  const isDone = record.restore?.isSwitched && record.restore.snapshot === snapshot;
  return isDone ? undefined : { service, snapshot };
}

/** Its volume was taken over from, and it is to be made again. */
export function mountsKept(service: ObservedService): boolean {
  const machine = currentMachine(service);
  return (
    machine !== undefined &&
    service.volumes.some(
      ({ attachedTo, keptUntil }) => attachedTo === machine.id && keptUntil !== undefined,
    )
  );
}
