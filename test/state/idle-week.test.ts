import { expect, test } from "vitest";
import { estimateCost } from "#silo/cost.ts";
import { aSilo } from "../support/a-silo.ts";
import { simulateWeek } from "./idle-week.ts";

const minute = 60_000;

test.each([1, 2, 3])("a week of 200 silos, seed %i: no false stop, no wasted hours", (seed) => {
  const week = simulateWeek({ silos: 200, seed });
  const { hourlyUsd, hourlyStoppedUsd } = estimateCost(aSilo());
  const savedHours = week.alwaysOnHours - week.awakeHours;
  const saved = savedHours * (hourlyUsd - hourlyStoppedUsd);
  console.info(
    `seed ${seed}: ${week.stops} stops, ${week.falseStops} of them false, ${week.foundByLastLook} uses found by the last look; ` +
      `awake ${week.awakeHours.toFixed(0)} of ${week.alwaysOnHours} h, $${saved.toFixed(0)} of ` +
      `$${(week.alwaysOnHours * hourlyUsd).toFixed(0)} saved (${((100 * savedHours) / week.alwaysOnHours).toFixed(0)} % of the hours)`,
  );
  expect(week.stops).toBeGreaterThan(1_000);
  expect(week.falseStops).toBe(0);
  expect(week.foundByLastLook).toBeGreaterThan(0);
  // One tick, as far apart as they came, and the wait for the metrics to reach the look.
  expect(week.worstExcessMs).toBeLessThanOrEqual(week.longestTickMs + 3 * minute);
  expect(week.worstSessionExcessMs).toBeLessThanOrEqual(2 * week.longestTickMs + 3 * minute);
});
