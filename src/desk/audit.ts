/** Who asked for what, and what became of it: one JSON line each, never with a value. */

import type { Role } from "#silo/access.ts";
import type { Clock } from "#world/effects.ts";

export interface AuditEntry {
  readonly via: "http" | "mcp";
  readonly action: string;
  /** As it was asked for, whether or not there is such a silo. */
  readonly silo?: string | undefined;
  /** Absent when nobody knows who it was. */
  readonly who?: { readonly name: string; readonly role: Role } | undefined;
  readonly address: string;
  /** As an HTTP status. */
  readonly outcome: number;
}

export type Audit = (entry: AuditEntry) => void;

export function auditTo(clock: Clock, sinks: readonly ((line: string) => void)[]): Audit {
  return ({ via, action, silo, who, address, outcome }) => {
    const line = JSON.stringify({
      at: new Date(clock.now()).toISOString(),
      via,
      who: who?.name ?? null,
      role: who?.role ?? null,
      action,
      silo: silo ?? null,
      outcome,
      address,
    });
    for (const sink of sinks) sink(`${line}\n`);
  };
}
