import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetFor, hoursOf, smallestFit } from "#silo/budget.ts";
import { estimateCost } from "#silo/cost.ts";
import { aSilo } from "../support/a-silo.ts";

const silo = aSilo();

describe("a budget", () => {
  it("is good for the hours that it pays for, and sleep is paid first", () => {
    const { monthlyAlwaysOnUsd, monthlyStoppedUsd, hourlyUsd, hourlyStoppedUsd } =
      estimateCost(silo);
    expect(hoursOf(silo, monthlyAlwaysOnUsd + 1)).toBe(730);
    expect(hoursOf(silo, monthlyStoppedUsd - 1)).toBeLessThan(0);
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 28 }), (budget) => {
        const hours = hoursOf(silo, budget);
        const cost = hours * hourlyUsd + (730 - hours) * hourlyStoppedUsd;
        expect(cost).toBeCloseTo(budget, 6);
      }),
    );
  });

  it("for so many hours is the least whole number of dollars that is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), (hours) => {
        const budget = budgetFor(silo, hours);
        expect(hoursOf(silo, budget)).toBeGreaterThanOrEqual(hours - 1e-9);
        expect(hoursOf(silo, budget - 1)).toBeLessThan(hours);
      }),
    );
  });
});

describe("the smallest edit that fits", () => {
  it("is one edit if one is enough: Studio before the public Postgres, memory last", () => {
    const now = hoursOf(silo, 12);
    expect(smallestFit(silo, 12, now + 8)?.edits).toEqual(["services.studio.enabled: false"]);
    const without = aSilo({ services: { studio: { enabled: false } } });
    const good = hoursOf(without, 12);
    expect(smallestFit(without, 12, good + 8)?.edits).toEqual(["services.postgres.public: false"]);
  });

  it("is more than one only where none is enough, and none where nothing is", () => {
    const two = smallestFit(silo, 6, 100);
    expect(two?.edits.length).toBeGreaterThan(1);
    expect(two?.hours).toBeGreaterThanOrEqual(100);
    expect(smallestFit(silo, 1, 100)).toBeUndefined();
  });
});
