import fc from "fast-check";
import { expect, test } from "vitest";
import { deriveSiloKey } from "#silo/derive.ts";
import { fingerprintOf, type GivenValue } from "#silo/fingerprint.ts";
import { parseMasterKey } from "#silo/master-key.ts";
import { Secret } from "#silo/secret.ts";
import { testMasterKey } from "../support/a-cloud.ts";

const keyOf = (siloId: string) =>
  deriveSiloKey(parseMasterKey(testMasterKey), { siloId, incarnation: "00".repeat(16) });
const key = keyOf("acme-erp-silo-001");

const word = fc.string({ maxLength: 8 });
const given = fc.record({ consumer: word, target: word, name: word, value: word });
const rows = fc.uniqueArray(given, { maxLength: 4, selector: (row) => JSON.stringify(row) });

/** The same rows in one order. */
const canonical = (list: readonly GivenValue[]) =>
  list
    .map(({ consumer, target, name, value }) => JSON.stringify([consumer, target, name, value]))
    .sort();

test("is pinned", () => {
  const value = new Secret("a value");
  const row = { consumer: "github", target: "somtech/silos/repository", name: "A", value };
  expect(fingerprintOf(key, [row])).toBe("b4049f8b644c91447740d422aaabc748");
});

test("is equal for equal rows in any order, and for no others", () => {
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const isSame = JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
      expect(fingerprintOf(key, a) === fingerprintOf(key, b)).toBe(isSame);
      expect(fingerprintOf(key, a.toReversed())).toBe(fingerprintOf(key, a));
    }),
  );
});

test("is another one for another silo, and no text of a value", () => {
  const row = { consumer: "github", target: "t", name: "A", value: "deadbeef" };
  expect(fingerprintOf(key, [row])).not.toBe(fingerprintOf(keyOf("acme-crm-silo-001"), [row]));
  expect(fingerprintOf(key, [row])).toMatch(/^[0-9a-f]{32}$/);
});
