/**
 * The order in which services follow a new generation: Postgres, who logs in to it, then the gate;
 * and a new mode of row level security.
 */

import { type ServiceName, serviceNames } from "#silo/names.ts";
import type { Situation } from "#state/situation.ts";
import { keysOf } from "./build-step.ts";
import { closedKeys } from "./generation-append.ts";
import { passwordsSetKey } from "./passwords-set.ts";
import { rlsKeysBefore } from "./rls-set.ts";

/** Keys of the steps that come before a service is updated or started. */
export function switchKeys(situation: Situation, service: ServiceName): readonly string[] {
  const { silo, record } = situation;
  const isRotating = record?.rotation !== undefined;
  const others = serviceNames.filter((name) => name !== "kong");
  return [
    ...(isRotating ? closedKeys(silo.slug) : []),
    ...(service === "postgres" ? [] : [passwordsSetKey(silo.slug)]),
    // All of them run with the new keys by then, or come up with them.
    ...(isRotating && service === "kong"
      ? [
          ...keysOf(silo.slug, others, "machine-update"),
          ...keysOf(silo.slug, others, "machine-start"),
        ]
      : []),
    ...rlsKeysBefore(situation, service),
  ];
}
