/** The connection info of a silo as one role may see it in its present phase (`get_app_context`). */

import { type Field, grantOf, mayDo, type Role } from "#silo/access.ts";
import { serviceNames } from "#silo/names.ts";
import { Secret } from "#silo/secret.ts";
import type { Silo } from "#silo/silo.ts";
import type { ConnectionInfo } from "./connection-info.ts";
import { currentMachine, type ObservedSilo } from "./observed.ts";
import { phaseOf } from "./phase.ts";

/** `info` is asked for only when there is something to show. */
export async function contextOf(
  silo: Silo,
  observed: ObservedSilo,
  role: Role,
  info: () => Promise<ConnectionInfo>,
): Promise<Readonly<Record<string, unknown>>> {
  const phase = phaseOf(observed);
  const grant = grantOf(phase, role);
  const shown = grant.fields.length > 0 ? reveal(await info(), grant.fields) : {};
  // Not even the status is for a role that may not ask for it.
  const isFlat = role === "dev-worker" || role === "dev-orchestrator" || !mayDo(role, "status");
  if (isFlat) return shown;
  return {
    silo_id: silo.spec.silo_id,
    status: phase,
    ...(grant.unsafe && { unsafe: true }),
    started_at: phase === "running" ? (observed.record?.startedAt ?? null) : null,
    connection_info: shown,
    services: Object.fromEntries(
      serviceNames.map((name) => {
        const machine = currentMachine(observed.services[name]);
        return [name, { status: machine?.state ?? "absent", machine_id: machine?.id ?? null }];
      }),
    ),
  };
}

/** The one place where a field leaves for a person's eyes: only what the matrix has granted. */
function reveal(info: ConnectionInfo, fields: readonly Field[]): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = info[field];
      if (value === undefined) return [];
      return [[names[field] ?? field, value instanceof Secret ? value.reveal() : value]];
    }),
  );
}

/** In the document the masked string stands where the whole one would. */
const names: Readonly<Partial<Record<Field, string>>> = {
  db_connection_string_masked: "db_connection_string",
};
