import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { awakeHours, awakePatch, monthStart, readAwake, withSpan } from "#silo/awake.ts";

const at = (text: string) => Date.parse(text);
const written = (patch: Record<string, string | null>) =>
  Object.fromEntries(Object.entries(patch).flatMap(([k, v]) => (v === null ? [] : [[k, v]])));

describe("awake days", () => {
  it("are counted over midnights and months", () => {
    const days = withSpan({}, at("2026-10-31T23:00:00Z"), at("2026-11-02T01:30:00Z"));
    expect(days).toEqual({ "2026-10-31": 3_600, "2026-11-01": 86_400, "2026-11-02": 5_400 });
    expect(awakePatch(days, at("2026-11-02T02:00:00Z"))).toEqual({
      "silo_awake_2026-10": `${",".repeat(30)}3600`,
      "silo_awake_2026-11": "86400,5400",
    });
    expect(awakeHours(days, monthStart(at("2026-11-02T02:00:00Z")))).toBe(25.5);
  });

  it("of months before the last one are removed", () => {
    const days = { "2026-09-30": 60, "2026-11-01": 60 };
    expect(awakePatch(days, at("2026-11-24T00:00:00Z"))).toEqual({
      "silo_awake_2026-09": null,
      "silo_awake_2026-11": "60",
    });
  });

  it("come back as they were written, and lose nothing but parts of seconds", () => {
    const start = at("2026-11-01T00:00:00Z");
    const span = fc.tuple(fc.nat(20 * 86_400), fc.nat(5 * 86_400));
    fc.assert(
      fc.property(span, ([from, length]) => {
        const [fromMs, toMs] = [start + from * 1_000, start + (from + length) * 1_000];
        const days = withSpan({}, fromMs, toMs);
        expect(readAwake(written(awakePatch(days, toMs)))).toEqual(days);
        expect(awakeHours(days, 0) * 3_600).toBeCloseTo(length, 5);
      }),
    );
  });

  it("that somebody wrote by hand count nothing they could not", () => {
    expect(readAwake({ "silo_awake_2026-11": "60,x,-5,1e9,999999,30", silo_awake_x: "1" })).toEqual(
      {
        "2026-11-01": 60,
        "2026-11-06": 30,
      },
    );
  });
});
