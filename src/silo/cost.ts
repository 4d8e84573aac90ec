/** What a silo costs on Fly, from its sizes. Traffic and snapshots, which depend on use, are left out. */

import { type ServiceName, serviceNames } from "./names.ts";
import { prices, regionMarkup } from "./prices.ts";
import type { Silo } from "./silo.ts";

export interface ServiceSize {
  readonly cpuKind: "shared" | "performance";
  readonly cpus: number;
  readonly memoryMb: number;
  /** 0 without a volume. */
  readonly volumeGb: number;
  readonly dedicatedIpv4: boolean;
}

export type SiloSizes = Readonly<Partial<Record<ServiceName, ServiceSize>>>;

export interface CostLine {
  readonly service: ServiceName;
  readonly item: "machine" | "volume" | "ipv4" | "stopped rootfs";
  /** For people: `1 shared CPU, 1024 MB`. */
  readonly what: string;
  /** While it counts: the machine while it runs, the rootfs while it is stopped, the rest always. */
  readonly hourlyUsd: number;
  /** For the hours of the estimate. */
  readonly monthlyUsd: number;
}

export interface CostEstimate {
  readonly region: string;
  /** Hours a month that it runs; the rest it is stopped. */
  readonly hoursPerMonth: number;
  readonly lines: readonly CostLine[];
  /** An hour while it runs. */
  readonly hourlyUsd: number;
  /** An hour while it is stopped. */
  readonly hourlyStoppedUsd: number;
  /** A month with `hoursPerMonth` of running. */
  readonly monthlyUsd: number;
  readonly monthlyAlwaysOnUsd: number;
  readonly monthlyStoppedUsd: number;
  /** Month of the price list. */
  readonly pricesAsOf: string;
}

/** `sizes` are those of the spec, unless what runs now is to be priced. */
export function estimateCost(
  silo: Silo,
  hoursPerMonth: number = prices.hoursPerMonth,
  sizes: SiloSizes = sizesOfSpec(silo),
): CostEstimate {
  const parts = serviceNames.flatMap((name) => partsOf(name, sizes[name], silo.region));
  const running = sumHourly(parts.filter(({ item }) => item !== "stopped rootfs"));
  const stopped = sumHourly(parts.filter(({ item }) => item !== "machine"));
  const month = prices.hoursPerMonth;
  return {
    region: silo.region,
    hoursPerMonth,
    lines: parts.map((part) => ({
      ...part,
      monthlyUsd: part.hourlyUsd * hoursOf(part.item, hoursPerMonth),
    })),
    hourlyUsd: running,
    hourlyStoppedUsd: stopped,
    monthlyUsd: cents(running * hoursPerMonth + stopped * (month - hoursPerMonth)),
    monthlyAlwaysOnUsd: cents(running * month),
    monthlyStoppedUsd: cents(stopped * month),
    pricesAsOf: prices.asOf,
  };
}

/** USD for a month in which it runs all the time, in whole cents. */
export const monthlyCostUsd = (silo: Silo, sizes: SiloSizes = sizesOfSpec(silo)): number =>
  estimateCost(silo, prices.hoursPerMonth, sizes).monthlyAlwaysOnUsd;

/** GB unpacked, of the default images: rough, Fly bills what the image really takes. */
const rootfsGb = {
  postgres: 2.5,
  postgrest: 0.1,
  gotrue: 0.1,
  kong: 0.4,
  storage: 0.6,
  studio: 1.6,
} as const satisfies Record<ServiceName, number>;

type Part = Omit<CostLine, "monthlyUsd">;

function partsOf(service: ServiceName, size: ServiceSize | undefined, region: string): Part[] {
  if (size === undefined) return [];
  const { cpuKind, cpus, memoryMb, volumeGb, dedicatedIpv4 } = size;
  const part = (item: CostLine["item"], what: string, monthUsd: number): Part => ({
    service,
    item,
    what,
    hourlyUsd: monthUsd / prices.hoursPerMonth,
  });
  const gb = rootfsGb[service];
  return [
    part("machine", `${cpus} ${cpuKind} CPU, ${memoryMb} MB`, machineMonthUsd(size, region)),
    ...(volumeGb > 0 ? [part("volume", `${volumeGb} GB`, prices.volumeGbMonth * volumeGb)] : []),
    ...(dedicatedIpv4 ? [part("ipv4", "dedicated", prices.dedicatedIpv4Month)] : []),
    { ...part("stopped rootfs", `about ${gb} GB`, 0), hourlyUsd: rootfsHourUsd(service) },
  ];
}

/** Of one that runs all the month. */
export function machineMonthUsd(
  { cpuKind, cpus, memoryMb }: Pick<ServiceSize, "cpuKind" | "cpus" | "memoryMb">,
  region: string,
): number {
  const base = prices.cpuMonth[cpuKind] * cpus + (prices.memoryGbMonth * memoryMb) / 1024;
  return base * regionMarkup(region);
}

/** Of a stopped machine of the service. */
export const rootfsMonthUsd = (service: ServiceName): number =>
  rootfsHourUsd(service) * prices.hoursPerMonth;

const rootfsHourUsd = (service: ServiceName): number =>
  (prices.stoppedRootfsGb30Days * rootfsGb[service]) / (30 * 24);

function sizesOfSpec(silo: Silo): SiloSizes {
  const { services } = silo.spec.devenv;
  const size = (name: ServiceName, volumeGb = 0, dedicatedIpv4 = false): ServiceSize => ({
    cpuKind: services[name].cpu_kind,
    cpus: services[name].cpus,
    memoryMb: services[name].memory_mb,
    volumeGb,
    dedicatedIpv4,
  });
  return {
    postgres: size("postgres", services.postgres.volume_gb, services.postgres.public),
    postgrest: size("postgrest"),
    gotrue: size("gotrue"),
    kong: size("kong"),
    storage: size("storage", services.storage.volume_gb),
    ...(services.studio.enabled ? { studio: size("studio") } : {}),
  };
}

function hoursOf(item: CostLine["item"], running: number): number {
  if (item === "machine") return running;
  return item === "stopped rootfs" ? prices.hoursPerMonth - running : prices.hoursPerMonth;
}

const sumHourly = (parts: readonly Part[]): number =>
  parts.reduce((sum, { hourlyUsd }) => sum + hourlyUsd, 0);

const cents = (usd: number): number => Math.round(usd * 100) / 100;
