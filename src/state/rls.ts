/**
 * Row level security by role attributes: what a spec asks for, what is in force, and what an apply
 * has allowed. Both of the last are metadata of the Postgres machine, so that no plan needs SQL. Only
 * an apply allows a weaker mode; a start goes as far as was allowed, and never past its end.
 */

import { parseInstant } from "#silo/instant.ts";
import { keys, type Metadata } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { SiloSpec } from "#silo/spec.generated.ts";
import { timeLeft } from "#silo/time-left.ts";
import { currentMachine, type ObservedSilo } from "./observed.ts";

export type RlsMode = SiloSpec["devenv"]["rls_mode"];

/** The strictest first. */
const modes = ["production", "permissive", "disabled"] as const satisfies readonly RlsMode[];

/** Instead of a mode, while it is being changed: neither the old one nor the new is sure. */
export const changingMode = "changing";

export interface AllowedMode {
  readonly mode: RlsMode;
  /** As the spec had it. */
  readonly until: string;
}

export interface RlsState {
  /** `undefined`: only the database knows. */
  readonly inForce: RlsMode | undefined;
  /** A weaker mode; `undefined` when none is. */
  readonly allowed: AllowedMode | undefined;
}

export function rlsState(marks: Metadata): RlsState {
  const inForce = modes.find((mode) => mode === marks[keys.rlsMode]);
  const [, name, until] = /^(\w+):(.+)$/.exec(marks[keys.rlsAllowed] ?? "") ?? [];
  const mode = modes.find((one) => one === name);
  return { inForce, allowed: mode && until ? { mode, until } : undefined };
}

/** What an apply of this spec allows, as it is kept; `undefined` in production. */
export function allowanceOf({ spec }: Silo): string | undefined {
  const { rls_mode, rls_until } = spec.devenv;
  return rls_mode === "production" ? undefined : `${rls_mode}:${rls_until}`;
}

/** The mode that is to be in force after an apply, or after a start by what was allowed before. */
export function wantedRlsMode(
  { spec }: Silo,
  isApply: boolean,
  { allowed }: RlsState,
  now: number,
): RlsMode {
  const mode = spec.devenv.rls_mode;
  if (mode === "production" || isApply) return mode;
  return allowed && !isWeaker(mode, allowed.mode) && endOf(allowed.until) > now
    ? mode
    : "production";
}

/** Whether the spec asks for more than was allowed: a weaker mode, or a later end of it. */
export function exceedsAllowed({ spec }: Silo, { allowed }: RlsState): boolean {
  const { rls_mode: mode, rls_until: until } = spec.devenv;
  if (mode === "production") return false;
  return !allowed || isWeaker(mode, allowed.mode) || endOf(until ?? "") > endOf(allowed.until);
}

export const isWeaker = (a: RlsMode, b: RlsMode): boolean => modes.indexOf(a) > modes.indexOf(b);

/** What is in force in a silo; `undefined` when its database has no machine yet. */
export function observedRls({ services }: ObservedSilo): RlsState | undefined {
  const machine = currentMachine(services.postgres);
  return machine && rlsState(machine.metadata);
}

/** How long a weaker mode still lasts, for people; one line or none. */
export function rlsNotes(slug: string, observed: ObservedSilo, now: number): readonly string[] {
  const { inForce, allowed } = observedRls(observed) ?? {};
  if (inForce === undefined || inForce === "production") return [];
  return [`${slug}: row level security is ${inForce} ${timeLeft(allowed?.until, now)}`];
}

/** A time that cannot be read is over. */
const endOf = (until: string): number => parseInstant(until) ?? 0;
