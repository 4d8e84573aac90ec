/** The status document: what was last seen of a silo. For people; no decision reads it. */

import { estimateCost } from "#silo/cost.ts";
import type { HandedOut } from "#silo/handed-out.ts";
import { parseInstant } from "#silo/instant.ts";
import { appName, appPrefix, type ServiceName, serviceNames } from "#silo/names.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type {
  KeyState,
  LastError,
  Receipt,
  ServiceState,
  SiloStatus,
} from "#silo/status.generated.ts";
import type { Idleness } from "./idle.ts";
import type { ServiceMetrics } from "./metrics.ts";
import { currentMachine, type ObservedMachine, type ObservedSilo } from "./observed.ts";
import { pendingOf } from "./pending.ts";
import { healthOf, type Phase, phaseOf } from "./phase.ts";
import { observedRls } from "./rls.ts";
import { spendingOf } from "./spending.ts";

export interface StatusExtras {
  readonly receipt?: Receipt;
  readonly lastError?: LastError;
  /** As far as it was looked into. */
  readonly idleness?: Idleness;
  readonly metrics?: ServiceMetrics;
  readonly now: number;
}

export function statusOf(silo: Silo, observed: ObservedSilo, extras: StatusExtras): SiloStatus {
  const { record } = observed;
  const phase = phaseOf(observed);
  const { devenv } = silo.spec;
  const region = currentMachine(observed.services.kong)?.region ?? silo.region;
  return {
    silo_id: silo.spec.silo_id,
    overall_status: phase,
    silo: { silo_status: extras.lastError ? "failed" : siloStatus(phase) },
    devenv: {
      devenv_status: phase,
      fly_app_prefix: appPrefix(silo.slugs),
      fly_region: region,
      ...rlsOf(silo, observed),
      last_started_at: record?.startedAt ?? null,
      last_stopped_at: record?.stoppedAt ?? null,
      last_start_seconds: record?.startSeconds ?? null,
      generation: record?.generations.at(-1)?.number ?? 0,
    },
    power: {
      desired: record?.power.desired ?? (devenv.devenv_enabled ? "running" : "stopped"),
      by: record?.power.by ?? "spec",
      reason: record?.power.reason ?? "",
      at: record?.power.at || null,
    },
    degraded: phase === "degraded" ? degradedOf(observed, extras.now) : null,
    services: Object.fromEntries(
      serviceNames
        .filter((name) => name !== "studio" || devenv.services.studio.enabled)
        .map((name) => [name, serviceState(silo, name, observed, extras)]),
    ),
    pending: pendingOf(silo, observed, extras.now),
    idle: idleState(extras.idleness),
    holds: holdsOf(record, extras.now),
    keys: Object.fromEntries(
      Object.entries(record?.handed ?? {}).map(([place, handed]) => [
        place === "netlify" ? place : `github:${place}`,
        keyState(handed),
      ]),
    ),
    cost: { hourly_usd: hourlyUsdOf(silo, phase), ...spentOf(silo, record, extras.now) },
    receipt: extras.receipt ?? null,
    last_error: extras.lastError ?? null,
  };
}

function rlsOf(
  { spec }: Silo,
  observed: ObservedSilo,
): Pick<SiloStatus["devenv"], "rls_mode" | "rls_until"> {
  const rls = observedRls(observed);
  if (!rls) return { rls_mode: spec.devenv.rls_mode, rls_until: null };
  const { inForce = "unknown", allowed } = rls;
  const end = inForce === "production" || !allowed ? undefined : parseInstant(allowed.until);
  return {
    rls_mode: inForce,
    rls_until: end === undefined ? null : `${new Date(end).toISOString().slice(0, 19)}Z`,
  };
}

function degradedOf({ record, failedTwice }: ObservedSilo, now: number): SiloStatus["degraded"] {
  const known = [...(record?.degraded?.services ?? []), ...(failedTwice ?? [])];
  return {
    since: record?.degraded?.since ?? new Date(now).toISOString(),
    services: serviceNames.filter((name) => known.includes(name)),
  };
}

/** `since 2026-11-24 12:00 UTC: gotrue is critical, storage is well again`; empty when it is not. */
export function degradedText({
  degraded,
  services,
}: Pick<SiloStatus, "degraded" | "services">): string {
  if (!degraded) return "";
  const parts = degraded.services.map((name) => {
    const { status = "absent", health = "unknown" } = services[name] ?? {};
    if (status !== "started") return `${name} is ${status}`;
    return `${name} is ${health === "critical" ? health : "well again"}`;
  });
  return `since ${minuteOf(degraded.since)}: ${parts.join(", ")}`;
}

const minuteOf = (time: string) => `${time.slice(0, 16).replace("T", " ")} UTC`;

const keyState = ({ generation, provenAt, fingerprint }: HandedOut): KeyState => ({
  generation,
  proven_at: new Date(provenAt * 1_000).toISOString(),
  fingerprint,
});

function hourlyUsdOf(silo: Silo, phase: Phase): number {
  if (phase === "absent") return 0;
  const { hourlyUsd, hourlyStoppedUsd } = estimateCost(silo);
  return phase === "stopped" || phase === "destroying" ? hourlyStoppedUsd : hourlyUsd;
}

function spentOf(silo: Silo, record: SiloRecord | undefined, now: number) {
  if (!record) return { month_to_date_usd: null, awake_hours_30d: null };
  const { monthToDateUsd, hours30d } = spendingOf(silo, record, now);
  return {
    month_to_date_usd: Math.round(monthToDateUsd * 100) / 100,
    awake_hours_30d: Math.round(hours30d * 10) / 10,
  };
}

const siloStatus = (phase: Phase): SiloStatus["silo"]["silo_status"] =>
  phase === "running" ? "active" : phase;

function idleState(idleness: Idleness | undefined): SiloStatus["idle"] {
  const at = idleness?.lastRequestAt;
  return {
    last_request_at: at === undefined ? null : new Date(at).toISOString(),
    inactivity_seconds: idleness?.inactivitySeconds ?? null,
    auto_stop_trigger_in_seconds: idleness?.triggerSeconds ?? null,
    decision: idleness?.decision ?? "unknown",
    evidence: idleness?.evidence ?? [],
  };
}

const holdsOf = (record: SiloRecord | undefined, now: number): SiloStatus["holds"] =>
  (record?.holds ?? [])
    .filter(({ until }) => until > now)
    .map(({ by, until, reason }) => ({ by, until: new Date(until).toISOString(), reason }));

function serviceState(
  silo: Silo,
  name: ServiceName,
  { services }: ObservedSilo,
  { now, metrics }: StatusExtras,
): ServiceState {
  const machine = currentMachine(services[name]);
  const isUp = machine?.state === "started";
  return {
    app: appName(silo.slugs, name),
    status: machine?.state ?? "absent",
    machine_id: machine?.id ?? null,
    image: machine?.image ?? null,
    health: machine ? healthOf(machine) : "unknown",
    since: machine?.updatedAt ?? null,
    cpu_percent: isUp ? rounded(metrics?.[name]?.cpuPercent) : null,
    memory_mb: isUp ? rounded(metrics?.[name]?.memoryMb) : null,
    uptime_seconds: isUp ? uptimeSeconds(machine, now) : null,
  };
}

const rounded = (value: number | undefined): number | null =>
  value === undefined ? null : Math.round(value * 10) / 10;

const uptimeSeconds = ({ startedAt, updatedAt }: ObservedMachine, now: number) =>
  Math.max(0, Math.round((now - (startedAt ?? Date.parse(updatedAt))) / 1_000));
