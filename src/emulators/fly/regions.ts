/** Fly's regions as of August 2026 (docs, reference/regions) and those retired in 2025. */

import type { FlyRegion } from "#wire/fly.ts";

type Row = readonly [code: string, name: string, geo: string, latitude: number, longitude: number];

const live: readonly Row[] = [
  ["ams", "Amsterdam, Netherlands", "europe", 52.37, 4.9],
  ["arn", "Stockholm, Sweden", "europe", 59.33, 18.06],
  ["bom", "Mumbai, India", "asia_pacific", 19.08, 72.88],
  ["cdg", "Paris, France", "europe", 48.86, 2.35],
  ["dfw", "Dallas, Texas (US)", "north_america", 32.78, -96.8],
  ["ewr", "Secaucus, NJ (US)", "north_america", 40.79, -74.06],
  ["fra", "Frankfurt, Germany", "europe", 50.11, 8.68],
  ["gru", "Sao Paulo, Brazil", "south_america", -23.55, -46.63],
  ["iad", "Ashburn, Virginia (US)", "north_america", 39.04, -77.49],
  ["jnb", "Johannesburg, South Africa", "africa", -26.2, 28.05],
  ["lax", "Los Angeles, California (US)", "north_america", 34.05, -118.24],
  ["lhr", "London, United Kingdom", "europe", 51.51, -0.13],
  ["nrt", "Tokyo, Japan", "asia_pacific", 35.68, 139.69],
  ["ord", "Chicago, Illinois (US)", "north_america", 41.88, -87.63],
  ["sin", "Singapore, Singapore", "asia_pacific", 1.35, 103.82],
  ["sjc", "San Jose, California (US)", "north_america", 37.34, -121.89],
  ["syd", "Sydney, Australia", "asia_pacific", -33.87, 151.21],
  ["yyz", "Toronto, Canada", "north_america", 43.65, -79.38],
];

type RetiredRow = readonly [...Row, successor: string];

const retired: readonly RetiredRow[] = [
  ["atl", "Atlanta, Georgia (US)", "north_america", 33.75, -84.39, "iad"],
  ["bog", "Bogota, Colombia", "south_america", 4.71, -74.07, "gru"],
  ["bos", "Boston, Massachusetts (US)", "north_america", 42.36, -71.06, "ewr"],
  ["den", "Denver, Colorado (US)", "north_america", 39.74, -104.99, "dfw"],
  ["eze", "Ezeiza, Argentina", "south_america", -34.85, -58.52, "gru"],
  ["gdl", "Guadalajara, Mexico", "north_america", 20.66, -103.35, "dfw"],
  ["gig", "Rio de Janeiro, Brazil", "south_america", -22.91, -43.17, "gru"],
  ["hkg", "Hong Kong, Hong Kong", "asia_pacific", 22.32, 114.17, "sin"],
  ["mad", "Madrid, Spain", "europe", 40.42, -3.7, "cdg"],
  ["mia", "Miami, Florida (US)", "north_america", 25.76, -80.19, "iad"],
  ["otp", "Bucharest, Romania", "europe", 44.43, 26.1, "fra"],
  ["phx", "Phoenix, Arizona (US)", "north_america", 33.45, -112.07, "lax"],
  ["qro", "Queretaro, Mexico", "north_america", 20.59, -100.39, "dfw"],
  ["scl", "Santiago, Chile", "south_america", -33.45, -70.67, "gru"],
  ["sea", "Seattle, Washington (US)", "north_america", 47.61, -122.33, "sjc"],
  ["waw", "Warsaw, Poland", "europe", 52.23, 21.01, "fra"],
  ["yul", "Montreal, Canada", "north_america", 45.5, -73.57, "yyz"],
];

const withoutGateway = new Set(["gru", "jnb"]);

export const regionRows: readonly (FlyRegion & { geo_region: string; mpg_available: boolean })[] = [
  ...live.map((row) => regionRow(row, false)),
  ...retired.map(([code, name, geo, latitude, longitude]) =>
    regionRow([code, name, geo, latitude, longitude], true),
  ),
];

export const liveRegions: ReadonlySet<string> = new Set(live.map(([code]) => code));

/** The region that the API suggests in place of a retired one. */
export const successors: ReadonlyMap<string, string> = new Map(
  retired.map((row) => [row[0], row[5]]),
);

/** Where a machine of an alias goes. Volumes take no alias. */
export const regionAliases: Readonly<Record<string, string>> = {
  any: "iad",
  na: "iad",
  us: "iad",
  eu: "ams",
  apac: "sin",
  sa: "gru",
};

function regionRow([code, name, geo_region, latitude, longitude]: Row, deprecated: boolean) {
  return {
    code,
    name,
    geo_region,
    latitude,
    longitude,
    deprecated,
    gateway_available: !withoutGateway.has(code) && !deprecated,
    requires_paid_plan: false,
    mpg_available: [
      "ams",
      "fra",
      "gru",
      "iad",
      "lax",
      "lhr",
      "ord",
      "sin",
      "sjc",
      "syd",
      "yyz",
    ].includes(code),
  };
}
