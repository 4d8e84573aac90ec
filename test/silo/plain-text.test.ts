import fc from "fast-check";
import { expect, test } from "vitest";
import { plainJson, plainLines, plainText } from "#silo/plain-text.ts";

test.each([
  ["a\n::error::pwned", "a\\n::error::pwned"],
  ["\u001b[2Jgone", "\\u001b[2Jgone"],
  ["\u009b2J", "\\u009b2J"],
  ["one\u2028two", "one\\u2028two"],
  ["::error::pwned", "\\::error::pwned"],
  ["  ::error::pwned", "  \\::error::pwned"],
  ["at an end ##[error]pwned", "at an end #\\#[error]pwned"],
  ["acme-erp, Zürich ☕ 10:30", "acme-erp, Zürich ☕ 10:30"],
])("%j is shown as %j", (text, shown) => expect(plainText(text)).toBe(shown));

test("a text of several lines keeps them, and none is a command", () => {
  expect(plainLines("moved:\n  ::stop-commands::x\r\nend")).toBe(
    "moved:\n  \\::stop-commands::x\\r\nend",
  );
});

test("whatever comes in is one line that begins no command", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(":", "#", "[", "\n", " ", "a", "\u0085") }),
      (text) => {
        expect(plainText(text)).not.toMatch(/\p{Cc}|##\[|^\s*::/u);
      },
    ),
  );
});

test("JSON keeps its value, and prints neither controls nor commands", () => {
  const words = fc.string({ unit: fc.constantFrom("#", "[", "\\", '"', "\u0085", "\u202e", "a") });
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: "small" }), words, (value, word) => {
      const document = { value, [word]: [word] };
      for (const indent of [0, 2]) {
        const shown = plainJson(JSON.stringify(document, null, indent));
        expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(document)));
        expect(shown).not.toMatch(/(?!\n)\p{Cc}|\u202e|##\[/u);
      }
    }),
  );
});
