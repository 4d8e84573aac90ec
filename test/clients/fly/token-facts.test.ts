import fc from "fast-check";
import { expect, test } from "vitest";
import { readTokenFacts } from "#clients/fly/token-facts.ts";
import { aDischarge, aMacaroon } from "../../support/fly-macaroon.ts";

test("an organisation's token says its kind, what it may do, and when it ends", () => {
  const token = aMacaroon({ notAfter: [1_800_000_000] });
  expect(readTokenFacts(`FlyV1 ${token},${aDischarge()}`)).toEqual([
    { kind: "org", isReadOnly: false, expiresAt: 1_800_000_000_000 },
  ]);
});

test("every caveat narrows: the least it may do, and the earliest end", () => {
  const token = aMacaroon({
    masks: [31, 1],
    notAfter: [5_000_000_000, 1_800_000_000, 1_900_000_000],
  });
  expect(readTokenFacts(token)).toEqual([
    { kind: "org", isReadOnly: true, expiresAt: 1_800_000_000_000 },
  ]);
});

test("a token for one app, a person's token, and what is neither", () => {
  expect(readTokenFacts(aMacaroon({ apps: true }))).toMatchObject([{ kind: "app" }]);
  expect(readTokenFacts("fo1_abc")).toMatchObject([{ kind: "user", expiresAt: undefined }]);
  expect(readTokenFacts("local")).toMatchObject([{ kind: "unknown", isReadOnly: undefined }]);
});

test("several tokens are several", () => {
  const list = [aMacaroon({ masks: [1] }), aDischarge(), aMacaroon()].join(",");
  expect(readTokenFacts(list).map(({ isReadOnly }) => isReadOnly)).toEqual([true, false]);
});

test("any bytes are read or not known, and never an error", () => {
  const whole = aMacaroon({ masks: [31, 1], notAfter: [1_800_000_000] });
  fc.assert(
    fc.property(
      fc.oneof(
        fc
          .uint8Array({ maxLength: 80 })
          .map((bytes) => `fm2_${Buffer.from(bytes).toString("base64")}`),
        fc.nat({ max: whole.length }).map((length) => whole.slice(0, length)),
        fc.string(),
      ),
      (text) => {
        for (const { kind } of readTokenFacts(text)) {
          expect(["org", "app", "user", "unknown"]).toContain(kind);
        }
      },
    ),
  );
});
