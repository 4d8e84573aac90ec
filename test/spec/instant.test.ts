import { describe, expect, it } from "vitest";
import { parseInstant } from "#silo/instant.ts";

describe("parseInstant", () => {
  it.each([
    ["2026-12-31", "2027-01-01T00:00:00.000Z"],
    ["2028-02-29", "2028-03-01T00:00:00.000Z"],
    ["2026-12-31T18:00Z", "2026-12-31T18:00:00.000Z"],
    ["2026-12-31T18:00:30Z", "2026-12-31T18:00:30.000Z"],
  ])("%s", (text, wanted) => {
    expect(new Date(parseInstant(text) ?? 0).toISOString()).toBe(wanted);
  });

  it.each([
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-04-31",
    "2026-01-00",
    "2026-12-31T24:00Z",
    "2026-12-31T10:60Z",
    "tomorrow",
    "2026-12-31T18:00",
  ])("%s is no time", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});
