import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scramVerifier, verifierWithSalt } from "#services/scram.ts";

const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

const keysOf = (verifier: string): { stored: Buffer; server: Buffer } => {
  const [stored = "", server = ""] = verifier.split("$")[2]?.split(":") ?? [];
  return { stored: Buffer.from(stored, "base64"), server: Buffer.from(server, "base64") };
};

describe("verifierWithSalt", () => {
  // The exchange of RFC 7677 section 3: user `user`, password `pencil`.
  const salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
  const authMessage = [
    "n=user,r=rOprNGfwEbeRWgbNEkqO",
    `r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=${salt},i=4096`,
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
  ].join(",");
  const { stored, server } = keysOf(verifierWithSalt("pencil", Buffer.from(salt, "base64")));

  test("accepts the client proof of RFC 7677", () => {
    const proof = Buffer.from("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "base64");
    const signature = hmac(stored, authMessage);
    const clientKey = proof.map((byte, at) => byte ^ (signature[at] ?? 0));
    expect(createHash("sha256").update(clientKey).digest()).toEqual(stored);
  });

  test("gives the server signature of RFC 7677", () => {
    expect(hmac(server, authMessage).toString("base64")).toBe(
      "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    );
  });

  test("refuses what SASLprep would change", () => {
    expect(() => verifierWithSalt("pässword", Buffer.alloc(16))).toThrow("printable ASCII");
    expect(() => verifierWithSalt("", Buffer.alloc(16))).toThrow("printable ASCII");
  });
});

describe("scramVerifier", () => {
  const password = fc.stringMatching(/^[0-9a-f]{8,64}$/);

  test("has the form that Postgres takes for a verifier, and never the password", () => {
    fc.assert(
      fc.property(password, (text) => {
        const verifier = scramVerifier(text, "postgres");
        expect(verifier).toMatch(
          /^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/,
        );
        expect(verifier).not.toContain(text);
      }),
      { numRuns: 25 },
    );
  });

  test("is the same on every run, and another for another role or password", () => {
    const verifiers = [
      scramVerifier("aa11", "postgres"),
      scramVerifier("aa11", "authenticator"),
      scramVerifier("bb22", "postgres"),
    ];
    expect(new Set(verifiers).size).toBe(3);
    expect(scramVerifier("aa11", "postgres")).toBe(verifiers[0]);
  });
});
