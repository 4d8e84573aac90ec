import { describe, expect, test } from "vitest";
import { estimateCost, monthlyCostUsd } from "#silo/cost.ts";
import { prices } from "#silo/prices.ts";
import type { Silo } from "#silo/silo.ts";
import { aSilo } from "../support/a-silo.ts";

const inRegion = (region: string, silo = aSilo()): Silo => ({ ...silo, region });

describe("price list", () => {
  // Fly's published table for shared-cpu-1x: (0.695 + 5 × GB) × markup.
  test.each([
    ["iad", 256, 1.94],
    ["iad", 2048, 10.7],
    ["ams", 512, 3.32],
    ["yyz", 1024, 6.35],
    ["sjc", 1024, 6.79],
    ["sjc", 256, 2.32],
    ["jnb", 2048, 13.93],
    ["gru", 256, 3.14],
  ])("%s, %i MB costs %f a month", (region, memory_mb, usd) => {
    const { lines } = estimateCost(inRegion(region, aSilo({ services: { kong: { memory_mb } } })));
    const line = lines.find(({ service, item }) => service === "kong" && item === "machine");
    // The table is rounded to a cent, not always in the same direction.
    expect(Math.abs((line?.monthlyUsd ?? 0) - usd)).toBeLessThan(0.0101);
  });

  test("covers the regions that Fly has", () => {
    expect(Object.keys(prices.regionMarkup)).toHaveLength(18);
  });
});

describe("estimateCost", () => {
  test("adds up the example silo in yyz", () => {
    const estimate = estimateCost(aSilo());
    // 6 CPUs × 0.695 + 3.5 GB × 5 = 21.67; × 1.1154 = 24.1707 of machines
    // 15 GB × 0.15 = 2.25 of volumes; 2.00 for the dedicated address
    expect(estimate.monthlyAlwaysOnUsd).toBe(28.42);
    // 28.4207 / 730
    expect(estimate.hourlyUsd).toBeCloseTo(0.038933, 5);
    // 5.3 GB × 0.15 × 730 / 720 = 0.8060 of rootfs, + 2.25 + 2.00
    expect(estimate.monthlyStoppedUsd).toBe(5.06);
  });

  test("mixes running and stopped hours", () => {
    // 240 h: 24.1707 × 240/730 = 7.9465; rootfs 5.3 × 0.15 × 490/720 = 0.5410; + 4.25
    expect(estimateCost(aSilo(), 240).monthlyUsd).toBe(12.74);
    expect(estimateCost(aSilo(), 0).monthlyUsd).toBe(estimateCost(aSilo()).monthlyStoppedUsd);
    expect(estimateCost(aSilo(), 730).monthlyUsd).toBe(estimateCost(aSilo()).monthlyAlwaysOnUsd);
  });

  test("the lines add up to the month", () => {
    const estimate = estimateCost(aSilo(), 100);
    const sum = estimate.lines.reduce((total, line) => total + line.monthlyUsd, 0);
    expect(sum).toBeCloseTo(estimate.monthlyUsd, 2);
  });

  test("leaves out what the silo does not have", () => {
    const silo = aSilo({ services: { postgres: { public: false }, studio: { enabled: false } } });
    const { lines } = estimateCost(silo);
    expect(lines.some(({ item }) => item === "ipv4")).toBe(false);
    expect(lines.some(({ service }) => service === "studio")).toBe(false);
    // 28.4207 − 2.00 − (0.695 + 5) × 1.1154 = 28.4207 − 2 − 6.3522
    expect(monthlyCostUsd(silo)).toBe(20.07);
  });

  test("prices a performance CPU", () => {
    const silo = inRegion(
      "iad",
      aSilo({ services: { postgres: { cpu_kind: "performance", cpus: 2, memory_mb: 4096 } } }),
    );
    const line = estimateCost(silo).lines.find(({ service }) => service === "postgres");
    // 2 × 21 + 4 × 5
    expect(line?.monthlyUsd).toBeCloseTo(62, 6);
  });

  test("prices a region it does not know as the dearest", () => {
    expect(monthlyCostUsd(inRegion("xxx"))).toBe(monthlyCostUsd(inRegion("gru")));
  });

  test("prices the sizes it is given instead of the spec's", () => {
    expect(monthlyCostUsd(aSilo(), {})).toBe(0);
    const kong = { cpuKind: "shared", cpus: 1, memoryMb: 512, volumeGb: 0, dedicatedIpv4: false };
    // (0.695 + 2.5) × 1.1154
    expect(monthlyCostUsd(aSilo(), { kong: { ...kong, cpuKind: "shared" } })).toBe(3.56);
  });
});
