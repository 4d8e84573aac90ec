import { expect, it } from "vitest";
import { distanceText, spanText, timeText, usdText } from "#desk/dashboard/page/model/words.ts";

const minute = 60_000;
const noon = Date.parse("2026-11-24T12:00:00Z");

it.each([
  [-5, "0 s"],
  [59_999, "59 s"],
  [minute, "1 min"],
  [59.9 * minute, "59 min"],
  [60 * minute, "1 h"],
  [130 * minute, "2 h 10 min"],
  [605 * minute, "10 h"],
  [47 * 60 * minute, "47 h"],
  [48 * 60 * minute, "2 days"],
])("a span of %i ms is %s", (ms, text) => expect(spanText(ms)).toBe(text));

it.each([
  [0, "just now"],
  [-30_000, "just now"],
  [30_000, "in under a minute"],
  [-5 * minute, "5 min ago"],
  [120 * minute, "in 2 h"],
])("%i ms from now is %s", (ms, text) => expect(distanceText(noon + ms, noon)).toBe(text));

it("a time has its year only when it is another one", () => {
  expect(timeText(noon, noon)).toBe("24 Nov, 12:00 UTC");
  expect(timeText(Date.parse("2027-01-02T03:04:05Z"), noon)).toBe("2 Jan 2027, 03:04 UTC");
});

it.each([
  [0, "$0.00"],
  [0.0355, "$0.0355"],
  [0.999, "$1.00"],
  [12.4, "$12.40"],
])("%d dollars are %s", (amount, text) => expect(usdText(amount)).toBe(text));
