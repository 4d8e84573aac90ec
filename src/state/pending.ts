/** What a stopped silo still has to be given: it is done at its next start, before Kong opens. */

import { keys } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { PendingStep } from "#silo/status.generated.ts";
import { sqlWork, sqlWorkText } from "./migrations.ts";
import { currentMachine, type ObservedSilo } from "./observed.ts";
import { exceedsAllowed, rlsState, wantedRlsMode } from "./rls.ts";

export function pendingOf(
  silo: Silo,
  { services, record }: ObservedSilo,
  now: number,
): readonly PendingStep[] {
  const machine = currentMachine(services.postgres);
  if (!record || !machine || record.power.desired === "running") return [];
  const { metadata } = machine;
  const generation = String(record.generations.at(-1)?.number ?? 1);
  const work = sqlWork(silo, metadata);
  const isOld = !(metadata[keys.databaseGeneration] ?? "").startsWith(generation);
  return [
    ...(isOld
      ? [step("passwords-set", `set the passwords of generation ${generation} in the database`)]
      : []),
    ...rlsPending(silo, rlsState(metadata), now),
    ...(work ? [step("migrations-apply", `apply ${sqlWorkText(silo, work)}`)] : []),
  ];
}

function rlsPending(silo: Silo, state: ReturnType<typeof rlsState>, now: number): PendingStep[] {
  const { rls_mode: wanted, rls_until: until } = silo.spec.devenv;
  if (exceedsAllowed(silo, state)) {
    return [
      step("rls-allow", `an apply has to allow row level security ${wanted} until ${until} first`),
    ];
  }
  const mode = wantedRlsMode(silo, false, state, now);
  return mode === state.inForce
    ? []
    : [step("rls-set", `set row level security from ${state.inForce ?? "unknown"} to ${mode}`)];
}

const step = (kind: string, text: string): PendingStep => ({ kind, text });
