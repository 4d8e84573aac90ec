/** A fleet as a week leaves it: the specs and the status files of any number of silos, by a seed. */

import type { SiloStatus } from "#silo/status.generated.ts";
import { aStatus, type StatusChanges, servicesOf } from "./a-status.ts";

/** When all of them were looked at. */
export const fleetTime = Date.parse("2026-11-24T12:00:00Z");

const clients = "acme bolt cedar delta ember fjord grove haven iris juno kite lumen".split(" ");
const apps = "erp crm shop portal billing intranet wiki jobs".split(" ");
const regions = ["yyz", "iad", "ord", "fra", "lhr", "syd"];

/** Files by path. */
export function aFleet(size: number, seed = 1): Record<string, string> {
  const random = randomOf(seed);
  const files = Array.from({ length: size }, (_, index) => {
    const client = clients[index % clients.length] ?? "";
    const round = Math.floor(index / (clients.length * apps.length));
    const app = `${apps[Math.floor(index / clients.length) % apps.length]}${round === 0 ? "" : round + 1}`;
    const slug = `${client}-${app}`;
    const region = regions[Math.floor(random() * 2.2 * (index % 3))] ?? "yyz";
    return [
      [`silos/${slug}.yml`, specOf(client, app, region)],
      [`silos/status/${slug}.json`, `${JSON.stringify(statusAt(slug, region, index, random))}\n`],
    ];
  });
  return Object.fromEntries(files.flat());
}

const specOf = (client: string, app: string, region: string) => `silo_id: ${client}-${app}-silo-001
client_slug: ${client}
app_slug: ${app}
owner: "@somtech/${client}"
devenv:
  fly_org: somtech
  fly_region: ${region}
`;

const timeOf = (minutesAgo: number) => new Date(fleetTime - minutesAgo * 60_000).toISOString();

function statusAt(slug: string, region: string, index: number, random: () => number): SiloStatus {
  const minutes = (most: number) => Math.floor(random() * most);
  const cost = { month_to_date_usd: Math.round(random() * 1_900) / 100 };
  const kind =
    kinds[index] ?? kinds[Math.floor(4 + random() ** 0.6 * (kinds.length - 4))] ?? stopped;
  const { devenv, cost: hourly, ...rest } = kind(slug, minutes);
  return aStatus(slug, {
    ...rest,
    devenv: { fly_region: region, ...devenv },
    cost: { awake_hours_30d: Math.round(random() * 180), ...cost, ...hourly },
  });
}

type Kind = (slug: string, minutes: (most: number) => number) => StatusChanges;

const running: Kind = (_slug, minutes) => {
  const unused = minutes(29);
  const started = 30 + minutes(400);
  return {
    devenv: { last_started_at: timeOf(started), last_stopped_at: timeOf(800) },
    power: { at: timeOf(started + 1), reason: "", by: "dispatch" },
    receipt: null,
    idle: {
      last_request_at: timeOf(unused),
      inactivity_seconds: unused * 60,
      auto_stop_trigger_in_seconds: (30 - unused) * 60,
    },
  };
};

const held: Kind = (slug, minutes) => ({
  ...running(slug, minutes),
  idle: { auto_stop_trigger_in_seconds: null },
  holds: [{ by: "alice", until: timeOf(-100), reason: "demo for the client" }],
});

const stopped: Kind = (slug, minutes) => {
  const ago = 40 + minutes(6_000);
  return {
    overall_status: "stopped",
    silo: { silo_status: "stopped" },
    devenv: {
      devenv_status: "stopped",
      last_started_at: timeOf(ago + 300),
      last_stopped_at: timeOf(ago),
    },
    power: {
      desired: "stopped",
      by: "auto-stop",
      reason: "not used for 30 min",
      at: timeOf(ago + 1),
    },
    services: servicesOf(slug, notRunning("stopped")),
    idle: {
      last_request_at: timeOf(ago + 31),
      ...{ inactivity_seconds: null, auto_stop_trigger_in_seconds: null, decision: "stopped" },
    },
    cost: { hourly_usd: 0.0069 },
    receipt: null,
  };
};

const notRunning = (status: string) =>
  ({
    status,
    health: "unknown",
    cpu_percent: null,
    memory_mb: null,
    uptime_seconds: null,
  }) as const;

const degraded: Kind = (slug, minutes) => ({
  ...running(slug, minutes),
  overall_status: "degraded",
  silo: { silo_status: "degraded" },
  devenv: { devenv_status: "degraded", last_started_at: timeOf(200) },
  degraded: { since: timeOf(9), services: ["gotrue"] },
  services: {
    ...servicesOf(slug),
    gotrue: { ...servicesOf(slug).gotrue, health: "critical" } as SiloStatus["services"][string],
  },
});

const failed: Kind = (slug) => ({
  overall_status: "provisioning",
  silo: { silo_status: "failed" },
  devenv: { devenv_status: "provisioning", last_started_at: null },
  services: servicesOf(slug, notRunning("created")),
  idle: { inactivity_seconds: null, auto_stop_trigger_in_seconds: null, decision: "unknown" },
  last_error: {
    at: timeOf(4),
    step: "machine-start:postgres",
    message: "Cannot start machine: no capacity in yyz",
    fix: "Run the same command again later, or move the silo.",
  },
});

const starting: Kind = (slug) => ({
  overall_status: "provisioning",
  silo: { silo_status: "provisioning" },
  devenv: { devenv_status: "provisioning", last_started_at: null },
  power: { at: timeOf(0.5), reason: "work" },
  services: servicesOf(slug, { ...notRunning("starting"), status: "starting" }),
  idle: { auto_stop_trigger_in_seconds: null },
  receipt: null,
});

/** The first four are in every fleet, once. */
const kinds: readonly Kind[] = [
  ...[running, degraded, failed, starting],
  ...[held, running, running, running, stopped, stopped, stopped, stopped, stopped],
];

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
