import { describe, expect, it } from "vitest";
import { type Action, offersOf } from "#desk/dashboard/page/model/offers.ts";
import { rowOf } from "#desk/dashboard/page/model/row.ts";
import { timelineOf } from "#desk/dashboard/page/model/timeline.ts";
import { aStatus, type StatusChanges } from "../../support/a-status.ts";
import { anEntry, noon } from "./a-entry.ts";

const timerText = (changes: StatusChanges = {}, more = {}, now = noon) =>
  rowOf(anEntry(changes, more), noon, now).timer.text;
const stopped: StatusChanges = {
  overall_status: "stopped",
  silo: { silo_status: "stopped" },
  idle: { auto_stop_trigger_in_seconds: null },
};

describe("the line of a silo", () => {
  it("says how it is, where, what it costs and what was done to it last", () => {
    expect(rowOf(anEntry(), noon, noon)).toEqual({
      ...{ silo: "acme-erp", owner: "@somtech/acme", region: "yyz" },
      condition: { word: "Running", tone: "good", group: "running" },
      timer: { text: "stops in 24 min", left: 0.8, ms: 1_440_000 },
      cost: { month: "$12.40", hour: "$0.0355 an hour", usd: 12.4 },
      event: { text: "Start done, 2 changes", when: "1 h 59 min ago", at: noon - 7_199_000 },
    });
  });

  it("counts its timer down between two looks, to zero and not below", () => {
    expect(timerText({}, {}, noon + 23.5 * 60_000)).toBe("stops in under 1 min");
    expect(timerText({}, {}, noon + 60 * 60_000)).toBe("stop is due");
  });

  it.each<[string, StatusChanges, object]>([
    ["–", stopped, {}],
    ["never stops", {}, { spec: { region: "yyz", auto_stop_minutes: 0 } }],
    ["not known", { idle: { auto_stop_trigger_in_seconds: null } }, {}],
    ["held for 2 h", { holds: [{ by: "a", until: "2026-11-24T14:00:00Z", reason: "" }] }, {}],
    ["stops in 24 min", { holds: [{ by: "a", until: "2026-11-24T11:00:00Z", reason: "" }] }, {}],
    ["stops in 24 min", { idle: { last_request_at: null } }, {}],
  ])("has the timer %s", (text, changes, more) => expect(timerText(changes, more)).toBe(text));

  it("needs attention when its last run failed, whatever its phase", () => {
    const failed = anEntry({ ...stopped, silo: { silo_status: "failed" } });
    expect(rowOf(failed, noon, noon).condition).toEqual({
      ...{ word: "Stopped, last run failed", tone: "bad", group: "attention" },
    });
  });
});

describe("what is offered", () => {
  it.each<[string, StatusChanges, readonly Action[]]>([
    ["running", {}, ["hold", "stop"]],
    ["stopped", stopped, ["start"]],
    ["stopping", { overall_status: "stopping" }, []],
    ["absent", { overall_status: "absent" }, []],
    [
      "provisioning",
      { overall_status: "provisioning", silo: { silo_status: "failed" } },
      ["start", "stop"],
    ],
  ])("while it is %s is what makes sense then", (_, changes, actions) => {
    expect(offersOf(anEntry(changes))).toEqual(actions);
  });

  it("is only what the role may do", () => {
    expect(offersOf(anEntry({}, { may: ["start", "hold", "release"] }))).toEqual(["hold"]);
    expect(offersOf(anEntry({}, { may: [] }))).toEqual([]);
  });
});

it.each<[string, StatusChanges]>([
  ["Stop decided by expiry: over", { devenv: { last_stopped_at: "2026-11-23T10:00:00Z" } }],
  ["Stopped by expiry: over", { devenv: { last_stopped_at: "2026-11-24T11:31:00Z" } }],
])("a stop is told once: %s", (text, changes) => {
  const power = { by: "expiry", reason: "over", at: "2026-11-24T11:30:00Z" } as const;
  const status = aStatus("acme-erp", { ...changes, power: { desired: "stopped", ...power } });
  expect(timelineOf(status).map((one) => one.text)).toContain(text);
  expect(timelineOf(status).filter((one) => one.text.includes("expiry"))).toHaveLength(1);
});

it("the timeline has the newest first, and what is to come above it", () => {
  const status = aStatus("acme-erp", {
    devenv: { expires_at: "2026-12-01T00:00:00Z" },
    last_error: { at: "2026-11-24T11:00:00Z", message: "no capacity" },
  });
  expect(timelineOf(status).map(({ text }) => text)).toEqual([
    "Expires",
    "Last used",
    "Failed: no capacity",
    "Start done, 2 changes",
    "Generation 1 handed to github:repository",
    "Usable after 43 s, started by a person: work",
  ]);
});
