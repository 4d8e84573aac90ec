/** The tear-down of the whole suite: after every test the inventory of each cloud that it used balances. */

import { afterEach, expect } from "vitest";
import { keepUsedClouds, takeUsedClouds } from "./used-clouds.ts";

keepUsedClouds();

afterEach(async () => {
  const clouds = takeUsedClouds();
  if (clouds.length === 0) return;
  // Most test files have no cloud, and are not to load what counts one.
  const { imbalancesOf } = await import("./balance.ts");
  expect(clouds.flatMap((cloud) => imbalancesOf(cloud))).toEqual([]);
});
