import { describe, expect, test } from "vitest";
import { serviceNames } from "#silo/names.ts";
import type { SiloRecord } from "#silo/record.ts";
import { failingServices, healthOf, phaseOf } from "#state/phase.ts";
import { aSilo } from "../support/a-silo.ts";
import { aMachine, anObserved, aRecord } from "./an-observed.ts";

const silo = aSilo();
const check = (status: string) => ({ name: "c", status, output: "", updated_at: "" });

/** All six in one state, but for those that are named. */
function inStates(
  state: string | undefined,
  record: SiloRecord | undefined,
  others: Readonly<Record<string, string | undefined>> = {},
) {
  const services = serviceNames.map((name) => {
    const is = name in others ? others[name] : state;
    return [name, { machines: is === undefined ? [] : [aMachine({ state: is })] }];
  });
  return phaseOf(anObserved(silo, Object.fromEntries(services), record));
}

const degraded = { since: "2026-11-24T12:00:00.000Z", services: ["gotrue"] } as const;
const stopped = aRecord({ power: { desired: "stopped", by: "dispatch", reason: "", at: "" } });

describe("the phase", () => {
  test.each([
    ["absent", inStates(undefined, undefined)],
    ["running", inStates("started", aRecord())],
    // One look that fails is a suspicion.
    ["running", inStates("started", aRecord(), { gotrue: "stopped" })],
    ["degraded", inStates("started", aRecord({ degraded }))],
    ["stopping", inStates("started", aRecord({ degraded, phase: "stopping" }))],
    ["stopped", inStates("stopped", { ...stopped, degraded })],
    // A silo works without its console.
    ["running", inStates("started", aRecord(), { studio: "failed" })],
    ["running", inStates("started", aRecord(), { studio: undefined })],
    ["stopped", inStates("stopped", stopped)],
    ["stopped", inStates("created", stopped)],
    ["stopping", inStates("stopped", stopped, { postgres: "started" })],
    // The record is trusted over the machines.
    ["provisioning", inStates("started", aRecord({ phase: "provisioning" }))],
    ["stopping", inStates("stopped", aRecord({ ...stopped, phase: "stopping" }))],
    ["destroying", inStates(undefined, aRecord({ phase: "destroying" }))],
  ])("is %s", (phase, seen) => expect(seen).toBe(phase));

  test("is destroying while volumes of ours are left, and stopping while any machine is up", () => {
    const volume = {
      id: "vol_1",
      name: "pg_data",
      state: "created",
      sizeGb: 10,
      region: "yyz",
      attachedTo: undefined,
      createdAt: "2026-11-24T12:00:00Z",
    };
    const left = { volumes: [volume] };
    const foreign = { ...left, ownership: { kind: "foreign", why: "" } } as const;
    expect(phaseOf(anObserved(silo, { postgres: left }))).toBe("destroying");
    expect(phaseOf(anObserved(silo, { postgres: foreign }))).toBe("absent");
    const surplus = { machines: [aMachine({ state: "stopped" }), aMachine({ id: "m2" })] };
    expect(phaseOf(anObserved(silo, { gotrue: surplus }, stopped))).toBe("stopping");
  });

  test("is degraded when a second look has confirmed it", () => {
    const observed = anObserved(silo, {}, aRecord());
    expect(phaseOf({ ...observed, failedTwice: [] })).toBe("running");
    expect(phaseOf({ ...observed, failedTwice: ["kong"] })).toBe("degraded");
  });
});

test.each([
  ["passing", [check("passing"), check("passing")]],
  ["critical", [check("passing"), check("critical"), check("warning")]],
  ["warning", [check("passing"), check("warning")]],
  ["unknown", []],
  ["unknown", undefined],
])("health is %s", (health, checks) => {
  expect(healthOf(aMachine({ checks }))).toBe(health);
});

test("a service fails by its machine or a check of it; a silo works without its console", () => {
  const machines = Object.fromEntries(
    serviceNames.map((name) => {
      const sick = aMachine({ checks: [check("passing"), check("critical")] });
      const starting = aMachine({ checks: [check("warning")] });
      const down = aMachine({ state: "failed" });
      const found = {
        kong: [sick],
        gotrue: [],
        storage: [down],
        studio: [down],
        postgrest: [starting],
      };
      return [name, { machines: found[name as keyof typeof found] ?? [aMachine()] }];
    }),
  );
  expect(failingServices(anObserved(silo, machines, aRecord()))).toEqual([
    "gotrue",
    "kong",
    "storage",
  ]);
});
