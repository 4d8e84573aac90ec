import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PowerOrigin, PowerState } from "#silo/record.ts";
import { type Intent, powerTarget } from "#state/situation.ts";
import { aSilo } from "../support/a-silo.ts";
import { aRecord } from "./an-observed.ts";

const on = aSilo();
const off = aSilo({ devenv: { devenv_enabled: false } });
const record = (desired: PowerState, by: PowerOrigin) =>
  aRecord({ power: { desired, by, reason: "", at: "" } });
const apply: Intent = { kind: "apply" };
const asked = (kind: "start" | "stop" | "restart"): Intent => ({
  kind,
  by: "dispatch",
  reason: "r",
});

describe("what the machines are to be, and what the record must say anew", () => {
  test.each([
    // A new silo does as its spec says.
    [on, undefined, apply, "running", "running by spec"],
    [off, undefined, apply, "stopped", "stopped by spec"],
    // An unchanged spec changes nothing, and wakes nobody.
    [on, record("running", "spec"), apply, "running", "-"],
    [on, record("running", "dispatch"), apply, "running", "-"],
    [on, record("stopped", "dispatch"), apply, "stopped", "-"],
    [on, record("stopped", "auto-stop"), apply, "stopped", "-"],
    [on, record("stopped", "expiry"), apply, "stopped", "-"],
    [on, record("stopped", "budget"), apply, "stopped", "-"],
    // What the spec switched off, it switches on again.
    [on, record("stopped", "spec"), apply, "running", "running by spec"],
    [off, record("running", "spec"), apply, "stopped", "stopped by spec"],
    [off, record("running", "dispatch"), apply, "stopped", "stopped by spec"],
    [off, record("stopped", "dispatch"), apply, "stopped", "stopped by spec"],
    [off, record("stopped", "spec"), apply, "stopped", "-"],
    // What is asked for is done and written down.
    [on, record("running", "spec"), asked("stop"), "stopped", "stopped by dispatch"],
    [on, record("stopped", "dispatch"), asked("start"), "running", "running by dispatch"],
    [on, record("running", "spec"), asked("restart"), "running", "running by dispatch"],
    [on, record("running", "spec"), { kind: "destroy", graceDays: 7 } as Intent, "stopped", "-"],
  ])("%#", (silo, before, intent, state, write) => {
    const target = powerTarget(silo, before, intent, 0);
    const written = target.write ? `${target.write.desired} by ${target.write.by}` : "-";
    expect([target.state, written]).toEqual([state, write]);
  });
});

test("once written, the target stays: a second apply has nothing to write", () => {
  const silos = fc.constantFrom(on, off);
  const powers = fc.record({
    desired: fc.constantFrom<PowerState>("running", "stopped"),
    by: fc.constantFrom<PowerOrigin>("spec", "dispatch", "auto-stop", "expiry", "budget"),
  });
  fc.assert(
    fc.property(silos, powers, (silo, { desired, by }) => {
      const first = powerTarget(silo, record(desired, by), apply, 0);
      const power = first.write ?? record(desired, by).power;
      expect(powerTarget(silo, aRecord({ power }), apply, 1)).toEqual({
        state: first.state,
        write: undefined,
      });
    }),
  );
});
