import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import type { AppPlace } from "#state/observed.ts";
import { isOurs, ownershipOf } from "#state/ownership.ts";
import { aSilo } from "../support/a-silo.ts";
import { aMachine, aRecord, managerId, marker } from "./an-observed.ts";

const silo = aSilo();
const owner = { silo, managerId };
const found = (network?: string, org?: string): AppPlace => ({ kind: "found", network, org });
const own = aMachine({ metadata: marker(silo) });
const volume = {
  id: "vol_1",
  name: "pg_data",
  state: "created",
  sizeGb: 10,
  region: "yyz",
  attachedTo: undefined,
  createdAt: "2026-11-24T12:00:00Z",
};
const other = { ...volume, id: "vol_2", name: "their_data" };
const network = "devenv-acme-erp";

describe("an app is", () => {
  test.each([
    ["absent", { kind: "absent" } as AppPlace, [], [], undefined, "absent"],
    ["403", { kind: "foreign" } as AppPlace, [], [], undefined, "foreign"],
    ["empty on our network", found(network), [], [], undefined, "ours"],
    ["empty, of an unknown network", found(undefined), [], [], undefined, "ours"],
    ["empty on another network", found("default"), [], [], undefined, "foreign"],
    ["empty in another organisation", found(network, "globex"), [], [], undefined, "foreign"],
    ["with our machine", found(network, "acme-erp"), [own], [], undefined, "ours"],
    ["with our machine on another network", found("default"), [own], [], undefined, "foreign"],
    ["with a machine of nobody", found(network), [aMachine()], [], undefined, "foreign"],
    ["with ours and another", found(network), [own, aMachine()], [], undefined, "foreign"],
    ["with a volume of ours alone", found(network), [], [volume], undefined, "ours"],
    ["with a volume of a silo that is recorded", found(network), [], [volume], aRecord(), "ours"],
    ["with another volume, too", found(network), [], [volume, other], undefined, "foreign"],
    ["with another volume of a recorded silo", found(network), [], [other], aRecord(), "foreign"],
    ["with a volume, elsewhere", found("default"), [], [volume], undefined, "foreign"],
    ["with a volume, of an unknown network", found(undefined), [], [volume], undefined, "foreign"],
  ])("%s", (_name, place, machines, volumes, record, kind) => {
    expect(ownershipOf(owner, { name: "postgres", place, machines, volumes }, record).kind).toBe(
      kind,
    );
  });
});

test("one machine that is not ours makes the whole app somebody else's", () => {
  const strange = fc
    .tuple(fc.constantFrom(keys.managedBy, keys.siloId, keys.managerId), fc.string())
    .map(([key, value]) => aMachine({ metadata: { ...marker(silo), [key]: value } }))
    .filter((machine) => !isOurs(owner, machine));
  fc.assert(
    fc.property(fc.nat(4), strange, fc.nat(4), (before, stranger, after) => {
      const machines = [...Array(before).fill(own), stranger, ...Array(after).fill(own)];
      const place = found(network, "acme-erp");
      expect(
        ownershipOf(owner, { name: "kong", place, machines, volumes: [] }, aRecord()),
      ).toMatchObject({
        kind: "foreign",
        why: expect.stringContaining("its machine m1"),
      });
    }),
  );
});
