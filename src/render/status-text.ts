/** The status of silos for a terminal. */

import { minuteText } from "#silo/instant.ts";
import { plainText } from "#silo/plain-text.ts";
import type { ServiceState, SiloStatus } from "#silo/status.generated.ts";
import { timeLeft } from "#silo/time-left.ts";
import type { Idleness } from "#state/idle.ts";
import { usd } from "./plan-words.ts";
import type { Style } from "./style.ts";

export function statusText(statuses: readonly SiloStatus[], style: Style, now: number): string {
  if (statuses.length === 0) return "There are no silos\n";
  return `${statuses.map((status) => one(status, style, now)).join("\n\n")}\n`;
}

function one(status: SiloStatus, style: Style, now: number): string {
  const { devenv, power, cost, services, pending, last_error } = status;
  const paint = paints[status.overall_status] ?? "yellow";
  const price = cost.hourly_usd ? `  ${usd(cost.hourly_usd * 24)} a day` : "";
  const spent =
    cost.month_to_date_usd === null || cost.month_to_date_usd === undefined
      ? ""
      : `, ${usd(cost.month_to_date_usd)} this month`;
  const slug = devenv.fly_app_prefix.replace(/^devenv-/, "");
  return [
    `${style.bold(slug)}  ${style[paint](status.overall_status)}  ${devenv.fly_region}${price}${spent}`,
    ...(power.reason && power.at ? [style.dim(`  ${plainText(powerText(power))}`)] : []),
    ...(status.overall_status === "absent"
      ? []
      : Object.entries(services).map(([name, service]) => serviceLine(name, service, style))),
    ...useLines(status).map((line) => style.dim(`  ${plainText(line)}`)),
    ...rlsLines(status, now).map((line) => style.red(`  ${plainText(line)}`)),
    ...pending.map(({ text }) => style.dim(`  at the next start: ${plainText(text)}`)),
    ...(last_error ? [style.red(`  last error: ${plainText(last_error.message)}`)] : []),
  ].join("\n");
}

/** Of a silo that runs: what keeps it awake, and for how long. */
function useLines({ overall_status, holds, idle }: SiloStatus): string[] {
  if (overall_status !== "running") return [];
  const triggerSeconds = idle.auto_stop_trigger_in_seconds ?? undefined;
  const use = [
    idle.last_request_at && `last request ${minuteText(Date.parse(idle.last_request_at))}`,
    dueText({ triggerSeconds }),
  ].filter(Boolean);
  return [...holds.map(holdText), ...(use.length > 0 ? [use.join("; ")] : [])];
}

/** Empty when it is never stopped, is held, or nothing is known of its use. */
export function dueText({ triggerSeconds }: Pick<Idleness, "triggerSeconds">): string {
  if (triggerSeconds === undefined) return "";
  if (triggerSeconds === 0) return "due to be stopped";
  return `to be stopped in ${Math.ceil(triggerSeconds / 60)} min unless used`;
}

export function holdText({ by, until, reason }: SiloStatus["holds"][number]): string {
  const end = until === null ? "" : ` until ${minuteText(Date.parse(until))}`;
  return `held by ${by}${end}${reason === "" ? "" : ` (${reason})`}`;
}

/** Production goes without saying. */
function rlsLines({ overall_status, devenv }: SiloStatus, now: number): string[] {
  const { rls_mode, rls_until } = devenv;
  if (overall_status === "absent" || rls_mode === "production") return [];
  if (rls_mode === "unknown") return ["row level security: unknown, a change of it has not ended"];
  return [`row level security: ${rls_mode} ${timeLeft(rls_until ?? undefined, now)}`];
}

const paints: Partial<Record<SiloStatus["overall_status"], "green" | "red" | "dim">> = {
  running: "green",
  degraded: "red",
  stopped: "dim",
  absent: "dim",
};

const powerText = ({ desired, by, reason, at }: SiloStatus["power"]) =>
  `to be ${desired} since ${at?.slice(0, 19).replace("T", " ")} UTC, by ${by}: ${reason}`;

function serviceLine(name: string, service: ServiceState, style: Style): string {
  const health = service.health === "unknown" ? "" : service.health;
  const uptime = service.uptime_seconds ?? null;
  const row = [
    `  ${name.padEnd(10)}`,
    plainText(service.status).padEnd(9),
    health.padEnd(8),
    plainText(service.machine_id ?? "").padEnd(15),
    (uptime === null ? "" : upText(uptime)).padEnd(8),
    style.dim(plainText(service.image ?? "")),
  ];
  return row.join(" ").trimEnd();
}

function upText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}
