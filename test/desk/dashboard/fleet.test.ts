import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFleet } from "#desk/dashboard/page/model/fleet.ts";
import { rowOf } from "#desk/dashboard/page/model/row.ts";
import { aStatus } from "../../support/a-status.ts";
import { fleetOf, listed, noon } from "./a-entry.ts";

describe("a list of silos", () => {
  it("is taken as it is when it is as it should be", () => {
    const status = aStatus();
    expect(fleetOf(listed("acme-erp", status))).toEqual({
      at: noon,
      entries: [
        {
          ...{ silo: "acme-erp", client: "acme", owner: "@somtech/acme", status },
          ...{ isUnreadable: false, may: ["status", "start", "stop", "hold", "release"] },
          spec: {
            ...{ region: "yyz", autoStopMinutes: 30 },
            ...{ monthlyBudgetUsd: null, monthlyAlwaysOnUsd: null },
          },
        },
      ],
    });
  });

  it.each([undefined, null, [], "silos", {}, { silos: [] }, { at: "noon", silos: [] }])(
    "is refused when it is %o",
    (data) => expect(parseFleet(data)).toBeUndefined(),
  );

  it.each(["", "Acme", "acme--erp", "../x", "acme-erp\n", 'a"onload', 7, null])(
    "leaves out a silo named %o",
    (silo) => expect(fleetOf({ ...listed("acme-erp", aStatus()), silo })?.entries).toEqual([]),
  );

  it.each([
    ["a further field", { ...aStatus(), html: "<img>" }],
    ["an unknown phase", { ...aStatus(), overall_status: "melting" }],
    ["a link that is not https", receiptWith("javascript:alert(1)")],
    ["text", "<script>"],
  ])("shows none of a status with %s, and says that it cannot be read", (_, status) => {
    const [entry] = fleetOf(listed("acme-erp", status))?.entries ?? [];
    expect(entry).toMatchObject({ status: null, isUnreadable: true });
    if (entry) expect(rowOf(entry, noon, noon).condition.word).toBe("Unreadable");
  });

  it("tells what was never noted from what cannot be read", () => {
    const [entry] = fleetOf(listed("acme-erp", null))?.entries ?? [];
    expect(entry).toMatchObject({ status: null, isUnreadable: false });
  });

  it("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        const fleet = fleetOf(anything, listed("acme-erp", anything), {
          ...listed("acme-crm", aStatus("acme-crm")),
          ...(typeof anything === "object" && anything),
          silo: "acme-crm",
        });
        for (const entry of fleet?.entries ?? []) rowOf(entry, noon, noon);
        expect(fleet?.entries.map(({ silo }) => silo).slice(-2)).toEqual(["acme-erp", "acme-crm"]);
      }),
    );
  });
});

function receiptWith(run_url: string) {
  const status = aStatus();
  return { ...status, receipt: { ...status.receipt, run_url } };
}
