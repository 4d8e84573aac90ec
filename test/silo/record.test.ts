import fc from "fast-check";
import { expect, test } from "vitest";
import { identityMetadata, keys, readIdentity, readRecord } from "#silo/record.ts";

const incarnation = "00112233445566778899aabbccddeeff";
const one = { number: 1, issuedAt: 100, expiresAt: 900, keyId: "0a0b0c0d" };
const two = { number: 2, issuedAt: 200, expiresAt: 990, keyId: "0a0b0c0d" };

test("an identity survives as long as one machine carries it", () => {
  const generations = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(generations, fc.integer({ min: 1, max: 6 }), (numbers, copies) => {
      const identity = {
        incarnation,
        generations: numbers
          .sort((a, b) => a - b)
          .map((number) => ({ number, issuedAt: number, expiresAt: number + 9, keyId: "ff" })),
      };
      const machines = Array.from({ length: copies }, () => identityMetadata(identity));
      expect(readIdentity("acme-erp", [{}, ...machines])).toEqual(identity);
    }),
  );
});

test("the highest generation of all machines is in force", () => {
  const machines = [
    identityMetadata({ incarnation, generations: [one] }),
    identityMetadata({ incarnation, generations: [one, two] }),
  ];
  expect(readIdentity("acme-erp", machines)?.generations.at(-1)).toEqual(two);
});

test.each([
  ["two incarnations", { [keys.incarnation]: "ff", silo_gen_1: "100:900:0a0b0c0d" }],
  [
    "two meanings of a generation",
    { [keys.incarnation]: incarnation, silo_gen_1: "101:900:0a0b0c0d" },
  ],
])("%s are refused, without saying the incarnation", (_why, other) => {
  const mine = identityMetadata({ incarnation, generations: [one] });
  expect(() => readIdentity("acme-erp", [mine, other])).toThrow(/machines of acme-erp disagree/);
  try {
    readIdentity("acme-erp", [mine, other]);
  } catch (error) {
    expect(String(error)).not.toContain(incarnation);
  }
});

test("a generation with the dates of the one before has kept its keys, however often", () => {
  const generations = [one, { ...one, number: 2 }, { ...one, number: 3 }, { ...two, number: 4 }];
  const read = readIdentity("acme-erp", [identityMetadata({ incarnation, generations })]);
  expect(read?.generations.map(({ signedAs }) => signedAs)).toEqual([undefined, 1, 1, undefined]);
});

test("only a plain false lifts the protection", () => {
  const identity = { incarnation, generations: [one] };
  const protectedBy = (value: string) =>
    readRecord(identity, { [keys.preventDestroy]: value }).preventDestroy;
  expect(protectedBy("false")).toBe(false);
  for (const value of ["true", "", "False", "0", "no"]) expect(protectedBy(value)).toBe(true);
  expect(readRecord(identity, {}).preventDestroy).toBe(true);
});
