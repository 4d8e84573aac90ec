/** Reads a machine config as the API would: complete, or refused with what is wrong with it. */

import type { FlyCheck, FlyMachineConfig, FlyService } from "#wire/fly.ts";
import type { MachineRow } from "./entities.ts";
import { invalid } from "./errors.ts";

/** Adds the defaults that the API echoes. Throws a 400. */
export function parseMachineConfig(value: unknown): FlyMachineConfig {
  if (!isRecord(value)) throw invalid("config is required");
  const guest = {
    cpu_kind: "shared",
    cpus: 1,
    memory_mb: 256,
    ...(isRecord(value.guest) ? value.guest : {}),
  };
  // Fields are checked below as far as the emulator reads them; the rest is only echoed.
  const config = {
    init: {},
    restart: { policy: "on-failure", max_retries: 10 },
    ...value,
    guest,
  } as unknown as FlyMachineConfig;
  if (typeof config.image !== "string" || config.image === "") {
    throw invalid("config.image is required");
  }
  checkGuest(config);
  checkStrings("env", config.env);
  checkStrings("metadata", config.metadata);
  for (const service of config.services ?? []) checkService(service);
  for (const [name, check] of Object.entries(config.checks ?? {})) checkCheck(name, check);
  checkFiles(config);
  checkMounts(config);
  checkStop(config);
  return config;
}

export function currentConfig(row: MachineRow): FlyMachineConfig {
  const current = row.versions.at(-1);
  if (!current) throw new Error(`Machine ${row.id} has no version`);
  return current.config;
}

/** `15s`, `1m30s`, `500ms`, or a bare number of nanoseconds as Go writes it, in milliseconds. */
export function durationMs(text: string | number | undefined): number | undefined {
  if (typeof text === "number") return text / 1e6;
  if (text === undefined || !/^([\d.]+(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    total += Number(amount) * (unitMs[unit ?? ""] ?? 0);
  }
  return total;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function checkGuest({ guest }: FlyMachineConfig): void {
  const { cpu_kind: kind, cpus, memory_mb: memory } = guest;
  if (kind !== "shared" && kind !== "performance")
    throw invalid(`guest.cpu_kind "${kind}" is unknown`);
  if (![1, 2, 4, 6, 8, 16].includes(cpus)) throw invalid(`guest.cpus ${cpus} is not supported`);
  const [least, most] = kind === "shared" ? [256 * cpus, 2048 * cpus] : [2048 * cpus, 8192 * cpus];
  if (memory % 256 !== 0 || memory < least || memory > most) {
    throw invalid(
      `guest.memory_mb ${memory} must be a multiple of 256 between ${least} and ${most} for ${cpus} ${kind} cpus`,
    );
  }
}

function checkService(service: FlyService): void {
  if (service.protocol !== "tcp" && service.protocol !== "udp") {
    throw invalid(`services.protocol "${String(service.protocol)}" must be tcp or udp`);
  }
  checkPort("services.internal_port", service.internal_port);
  for (const port of service.ports ?? []) {
    if (!("start_port" in port)) checkPort("services.ports.port", port.port);
    const handlers = port.handlers ?? [];
    for (const handler of handlers) {
      if (!["http", "tls", "pg_tls", "proxy_proto"].includes(handler)) {
        throw invalid(`services.ports.handlers "${String(handler)}" is unknown`);
      }
    }
    if (port.force_https && !handlers.includes("http")) {
      throw invalid("services.ports.force_https needs the http handler");
    }
  }
}

function checkCheck(name: string, check: FlyCheck): void {
  if (check.type !== "tcp" && check.type !== "http") {
    throw invalid(`checks.${name}.type "${String(check.type)}" must be tcp or http`);
  }
  checkPort(`checks.${name}.port`, check.port);
  const interval = durationMs(check.interval);
  if (interval === undefined || interval < 2_000) {
    throw invalid(`checks.${name}.interval must be at least 2s`);
  }
  const timeout = durationMs(check.timeout);
  if (timeout === undefined || timeout > 60_000) {
    throw invalid(`checks.${name}.timeout must be at most 60s`);
  }
  if (check.grace_period !== undefined && durationMs(check.grace_period) === undefined) {
    throw invalid(`checks.${name}.grace_period is not a duration`);
  }
}

function checkFiles(config: FlyMachineConfig): void {
  const files = [
    ...(config.files ?? []),
    ...(config.containers ?? []).flatMap((container) => container.files ?? []),
  ];
  for (const { guest_path: path, raw_value: raw, secret_name: secret } of files) {
    if (typeof path !== "string" || !path.startsWith("/")) {
      throw invalid(`files.guest_path "${String(path)}" must be absolute`);
    }
    if ((raw === undefined) === (secret === undefined)) {
      throw invalid(`files ${path} needs exactly one of raw_value and secret_name`);
    }
    if (raw !== undefined && !/^[A-Za-z0-9+/]*={0,2}$/.test(raw)) {
      throw invalid(`files ${path} raw_value is not base64`);
    }
  }
}

function checkMounts({ mounts = [] }: FlyMachineConfig): void {
  if (mounts.length > 1) throw invalid("only one mount is supported per machine");
  for (const { path } of mounts) {
    if (typeof path !== "string" || !path.startsWith("/") || path === "/") {
      throw invalid(`mounts.path "${String(path)}" must be an absolute path below /`);
    }
  }
}

function checkStop({ stop_config: stop }: FlyMachineConfig): void {
  if (!stop) return;
  if (stop.signal !== undefined && !stopSignals.includes(stop.signal)) {
    throw invalid(`stop_config.signal "${stop.signal}" is unknown`);
  }
  const timeout = durationMs(stop.timeout);
  if (timeout !== undefined && timeout > 300_000) {
    throw invalid("stop_config.timeout must be at most 300s");
  }
}

const stopSignals = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM"];

function checkStrings(field: string, values: unknown): void {
  if (values === undefined) return;
  if (!isRecord(values)) throw invalid(`config.${field} must be an object`);
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== "string") throw invalid(`config.${field}.${name} must be a string`);
  }
}

function checkPort(field: string, port: unknown): void {
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalid(`${field} must be between 1 and 65535`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
