import { createHmac } from "node:crypto";
import fc from "fast-check";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import {
  checkValueOf,
  deriveCredentials,
  deriveSiloKey,
  deriveValue,
  keyIdOf,
} from "#silo/derive.ts";
import { parseMasterKey, renderMasterKey } from "#silo/master-key.ts";

const master = parseMasterKey(
  Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString("base64"),
);
const identity = { siloId: "acme-erp-silo-001", incarnation: "000102030405060708090a0b0c0d0e0f" };
const generation = { number: 1, issuedAt: 1_795_000_000, expiresAt: 2_110_360_000, keyId: "" };

/** HKDF-SHA-256 by its two RFC 5869 formulas, for one block. */
function hkdfByHand(key: Uint8Array, info: string): string {
  const extracted = createHmac("sha256", "silo-manager/v1").update(key).digest();
  return createHmac("sha256", extracted)
    .update(info)
    .update(Buffer.from([1]))
    .digest("hex");
}

describe("derivation-golden-v1", () => {
  const siloKey = deriveSiloKey(master, identity);

  test("is HKDF-SHA-256 with the documented salt and info", () => {
    const byHand = hkdfByHand(
      master.bytes(),
      '["silo","acme-erp-silo-001","000102030405060708090a0b0c0d0e0f"]',
    );
    expect(Buffer.from(siloKey).toString("hex")).toBe(byHand);
    expect(deriveValue(siloKey, "jwt", 1)).toBe(hkdfByHand(siloKey, '["v1","jwt",1]'));
    expect(deriveValue(siloKey, "db:authenticator", 7)).toBe(
      hkdfByHand(siloKey, '["v1","db:authenticator",7]'),
    );
  });

  test("never changes", () => {
    expect({
      jwt: deriveValue(siloKey, "jwt", 1),
      postgres: deriveValue(siloKey, "db:postgres", 1),
      check: checkValueOf(siloKey),
      keyId: keyIdOf(master),
    }).toMatchInlineSnapshot(`
      {
        "check": "7f69da47327945cae2c7733454c52b34",
        "jwt": "ba6ec7eba0d6036c3d648d1a3c46995acd301b95bcb5c8840a81b3ca8f1d40de",
        "keyId": "2082ff74",
        "postgres": "1561f06c30847e6cf518672209c22ffaa875ed211ae4d9c67c005fb8588c49ce",
      }
    `);
  });

  test("signs Supabase's keys with pinned header and claim order", async () => {
    const { anonKey, serviceRoleKey, jwtSecret } = await deriveCredentials(siloKey, generation);
    const [header = "", payload = ""] = anonKey.reveal().split(".");
    expect(Buffer.from(header, "base64url").toString()).toBe('{"alg":"HS256","typ":"JWT"}');
    expect(Buffer.from(payload, "base64url").toString()).toBe(
      '{"role":"anon","iss":"supabase","iat":1795000000,"exp":2110360000}',
    );
    const secret = new TextEncoder().encode(jwtSecret.reveal());
    const verified = await jwtVerify(serviceRoleKey.reveal(), secret, {
      currentDate: new Date(1_800_000_000_000),
    });
    expect(verified.payload["role"]).toBe("service_role");
    expect(decodeProtectedHeader(serviceRoleKey.reveal()).alg).toBe("HS256");
  });

  test("gives every purpose, generation, incarnation and silo its own value", () => {
    const text = fc.string({ minLength: 1, maxLength: 12 });
    const input = fc.tuple(
      text,
      fc.stringMatching(/^[0-9a-f]{32}$/),
      fc.integer({ min: 1, max: 9 }),
    );
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(input, ([siloId, incarnation, number]) => {
        const key = deriveSiloKey(master, { siloId, incarnation });
        for (const purpose of ["jwt", "db:postgres", "db:authenticator", "studio"] as const) {
          const value = deriveValue(key, purpose, number);
          const source = JSON.stringify([siloId, incarnation, number, purpose]);
          expect(seen.get(value) ?? source).toBe(source);
          seen.set(value, source);
        }
      }),
    );
  });
});

describe("master key", () => {
  test.each([
    ["too short", Buffer.alloc(31, 7).toString("base64")],
    ["not base64", "*".repeat(44)],
    ["bits left over", `${"A".repeat(42)}B=`],
    ["with a newline", `${renderMasterKey(Buffer.from("0123456789abcdef0123456789abcdef"))}\n`],
    ["one repeated byte", Buffer.alloc(32, 9).toString("base64")],
    ["empty", ""],
  ])("refuses one that is %s, without showing it", (_why, text) => {
    expect(() => parseMasterKey(text)).toThrow(/^SILO_MASTER_KEY is/);
    try {
      parseMasterKey(text);
    } catch (error) {
      if (text.length > 8) expect(String(error)).not.toContain(text.trim());
    }
  });

  test("takes what it renders", () => {
    const bytes = Buffer.from("0123456789abcdef0123456789abcdef");
    expect(parseMasterKey(renderMasterKey(bytes)).bytes()).toEqual(bytes);
  });
});
