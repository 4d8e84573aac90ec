/** Builder of status documents for tests: a silo at rest with what the test names changed. */

import type { SiloStatus } from "#silo/status.generated.ts";

export type StatusChanges = {
  readonly [K in keyof SiloStatus]?: SiloStatus[K] extends readonly unknown[] | string | null
    ? SiloStatus[K]
    : Partial<SiloStatus[K]> | (null extends SiloStatus[K] ? SiloStatus[K] : never);
};

const images = {
  postgres: "supabase/postgres:15.1.1.78",
  postgrest: "postgrest/postgrest:v12.0.1",
  gotrue: "supabase/gotrue:v2.143.0",
  kong: "kong:3.4.2",
  storage: "supabase/storage-api:v0.43.11",
  studio: "supabase/studio:20240101-8e4a094",
} as const;
const suffixes = {
  ...{ postgres: "pg", postgrest: "rest", gotrue: "auth" },
  ...{ kong: "kong", storage: "storage", studio: "studio" },
} as const;

/** A running silo that was started at 10:00 and looked at at noon. */
export function aStatus(slug = "acme-erp", changes: StatusChanges = {}): SiloStatus {
  const base = restingStatus(slug);
  const entries = Object.entries(changes).map(([key, change]) => {
    const there = base[key as keyof SiloStatus];
    const isPart = isPlain(there) && isPlain(change);
    return [key, isPart ? { ...there, ...change } : change];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Its services in one state. */
export const servicesOf = (
  slug: string,
  change: Partial<SiloStatus["services"][string]> = {},
): SiloStatus["services"] =>
  Object.fromEntries(
    Object.entries(images).map(([name, image], index) => [
      name,
      {
        app: `devenv-${slug}-${suffixes[name as keyof typeof suffixes]}`,
        status: "started",
        machine_id: `148ed193b1d0${80 + index}`,
        image,
        health: "passing",
        since: "2026-11-24T10:00:00.000Z",
        cpu_percent: [4.1, 0.3, 0.2, 1.2, 0.4, 0.9][index] ?? null,
        memory_mb: [412, 38, 22, 184, 121, 240][index] ?? null,
        uptime_seconds: 7_200,
        ...change,
      },
    ]),
  );

const restingStatus = (slug: string): SiloStatus => ({
  silo_id: `${slug}-silo-001`,
  overall_status: "running",
  silo: { silo_status: "active" },
  devenv: {
    devenv_status: "running",
    fly_app_prefix: `devenv-${slug}`,
    fly_region: "yyz",
    rls_mode: "production",
    rls_until: null,
    expires_at: null,
    last_started_at: "2026-11-24T10:00:00.000Z",
    last_stopped_at: null,
    last_start_seconds: 42.5,
    generation: 1,
  },
  power: { desired: "running", by: "dispatch", reason: "work", at: "2026-11-24T09:59:00.000Z" },
  degraded: null,
  services: servicesOf(slug),
  pending: [],
  idle: {
    last_request_at: "2026-11-24T11:54:00.000Z",
    inactivity_seconds: 360,
    auto_stop_trigger_in_seconds: 1_440,
    decision: "keep",
    evidence: ["12 requests through kong in the last 30 minutes", "no Postgres session of anybody"],
  },
  holds: [],
  keys: {
    "github:repository": {
      generation: 1,
      proven_at: "2026-11-24T10:00:00.000Z",
      fingerprint: "0123456789abcdef0123456789abcdef",
    },
  },
  cost: { hourly_usd: 0.0355, month_to_date_usd: 12.4, awake_hours_30d: 61.5 },
  receipt: {
    command: "start",
    result: "done",
    at: "2026-11-24T10:00:01.000Z",
    plan_digest: "3f1c2a90d4e8b7765fd0c1a2b3948576",
    changes: ["Start devenv-acme-erp-pg", "Start devenv-acme-erp-kong"],
    world_before: "9a0b2a90d4e8b7765fd0c1a2b3948576",
    world_after: "77d22a90d4e8b7765fd0c1a2b3948576",
    world: { record: null, services: {} },
    commit: "0f2a7c1b9d3e5f60718293a4b5c6d7e8f9012345",
    run_url: "https://github.com/somtech/silos/actions/runs/42",
  },
  last_error: null,
});
