import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isVerifier, passwordMatches, storedPassword } from "#emulators/postgres/scram.ts";

describe("password verifiers", () => {
  it("let their own password in and no other", () => {
    const texts = fc.string({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(texts, texts, (password, other) => {
        const stored = storedPassword("authenticator", password);
        expect(isVerifier(stored)).toBe(true);
        expect(passwordMatches(stored, password)).toBe(true);
        const same = password.normalize("NFKC") === other.normalize("NFKC");
        expect(passwordMatches(stored, other)).toBe(same);
      }),
      { numRuns: 20 },
    );
  });

  it("are kept as they are", () => {
    const stored = storedPassword("authenticator", "a");
    expect(storedPassword("other", stored)).toBe(stored);
    expect(passwordMatches("plain", "plain")).toBe(false);
  });
});
