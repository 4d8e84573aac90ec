import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Choice,
  choiceFromHash,
  choiceToHash,
  chooseRows,
  countGroups,
  firstChoice,
  type SortKey,
  sortKeys,
} from "#desk/dashboard/page/model/choose.ts";
import { type Group, groups } from "#desk/dashboard/page/model/condition.ts";
import { parseFleet } from "#desk/dashboard/page/model/fleet.ts";
import { rowOf } from "#desk/dashboard/page/model/row.ts";
import { aFleet, fleetTime } from "../../support/a-fleet.ts";
import { listed } from "./a-entry.ts";

const rows = fleetRows(200);
const choose = (choice: Partial<Choice>) => chooseRows(rows, { ...firstChoice, ...choice });

describe("the list", () => {
  it("has on top what needs somebody, and loses nothing", () => {
    const shown = choose({});
    const firstWell = shown.findIndex(({ condition }) => condition.group !== "attention");
    expect(firstWell).toBe(countGroups(rows).attention);
    expect(shown).toHaveLength(rows.length);
  });

  it.each(Object.keys(groups) as Group[])("shows as many of %s as it counts", (group) => {
    expect(choose({ group })).toHaveLength(countGroups(rows)[group]);
  });

  it("finds by every word, in name, owner, region and phase", () => {
    const wikis = choose({ query: "ACME-wiki", sort: "silo" });
    expect(wikis.map(({ silo }) => silo)).toEqual(["acme-wiki", "acme-wiki2"]);
    const found = choose({ query: " somtech/bolt  stopped " });
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ silo }) => silo.startsWith("bolt-"))).toBe(true);
    expect(choose({ query: "no such silo" })).toEqual([]);
  });

  it.each(Object.keys(sortKeys) as SortKey[])("sorted by %s is the same list, reversed", (sort) => {
    const names = (isDescending: boolean) => choose({ sort, isDescending }).map(({ silo }) => silo);
    expect([...names(true)].sort()).toEqual([...names(false)].sort());
    expect(names(true)[0]).not.toEqual(names(false)[0]);
  });

  it("shows the dearest, the soonest to stop and the newest event first", () => {
    const first = (sort: SortKey) => choose({ sort })[0];
    expect(first("cost")?.cost.usd).toBe(Math.max(...rows.map(({ cost }) => cost.usd)));
    expect(first("timer")?.timer.ms).toBe(Math.min(...rows.map(({ timer }) => timer.ms)));
    expect(first("event")?.event.at).toBe(Math.max(...rows.map(({ event }) => event.at)));
  });
});

it("any view can be sent to somebody by its address", () => {
  const choice = fc.record({
    query: fc.string(),
    group: fc.constantFrom(...(["all", ...Object.keys(groups)] as (Group | "all")[])),
    sort: fc.constantFrom(...(Object.keys(sortKeys) as SortKey[])),
    isDescending: fc.boolean(),
  });
  fc.assert(
    fc.property(choice, (one) => {
      expect(choiceFromHash(choiceToHash(one))).toEqual(one);
    }),
  );
});

it.each(["", "#/", "#/?show=constructor&sort=__proto__&x=1"])(
  "the address %o is harmless",
  (hash) => {
    expect(choiceFromHash(hash)).toEqual(firstChoice);
  },
);

function fleetRows(size: number) {
  const silos = Object.entries(aFleet(size)).flatMap(([path, text]) => {
    const slug = /status\/(.*)\.json$/.exec(path)?.[1];
    return slug
      ? [listed(slug, JSON.parse(text), { owner: `@somtech/${slug.split("-")[0]}` })]
      : [];
  });
  const fleet = parseFleet({ at: new Date(fleetTime).toISOString(), silos });
  return (fleet?.entries ?? []).map((entry) => rowOf(entry, fleetTime, fleetTime));
}
