import { createHmac } from "node:crypto";
import fc from "fast-check";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { type Credentials, loginRoles } from "#silo/credentials.ts";
import {
  checkValueOf,
  deriveCredentials,
  deriveSiloKey,
  deriveValue,
  keyIdOf,
  type Purpose,
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

const perGeneration = [
  "jwt",
  "db:postgres",
  "db:supabase_admin",
  "db:authenticator",
  "db:supabase_auth_admin",
  "db:supabase_storage_admin",
  "db:supabase_replication_admin",
  "db:pgbouncer",
  "studio",
] as const satisfies readonly Purpose[];
const once = [
  "meta-crypto",
  "fingerprint",
  "receipt",
  "check",
] as const satisfies readonly Purpose[];
const purposes: readonly Purpose[] = [...perGeneration, ...once];
/** Not `never` when a purpose is missing above, and then the test does not compile. */
type Missing = Exclude<Purpose, (typeof perGeneration)[number] | (typeof once)[number]>;
const missing: readonly Missing[] = [];

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

  test("never changes", async () => {
    const { anonKey, serviceRoleKey } = await deriveCredentials(siloKey, generation);
    const atGeneration = (number: number, purposes: readonly Purpose[]) =>
      Object.fromEntries(purposes.map((one) => [one, deriveValue(siloKey, one, number)]));
    expect({
      checkValue: checkValueOf(siloKey),
      keyId: keyIdOf(master),
      anonKey: anonKey.reveal(),
      serviceRoleKey: serviceRoleKey.reveal(),
      ...atGeneration(1, perGeneration),
      ...atGeneration(0, once),
    }).toMatchInlineSnapshot(`
      {
        "anonKey": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYW5vbiIsImlzcyI6InN1cGFiYXNlIiwiaWF0IjoxNzk1MDAwMDAwLCJleHAiOjIxMTAzNjAwMDB9.C_MyN6Ei88uUIWm0-ly4zdvaaoXL9X1X8qcEXCt2zrM",
        "check": "7f69da47327945cae2c7733454c52b344a55adeb5529549c498d39badf02f1eb",
        "checkValue": "7f69da47327945cae2c7733454c52b34",
        "db:authenticator": "9e2753736d137338c6bd80b6604b94dd4996fa179fa95180cca2b5a9e048657d",
        "db:pgbouncer": "7826c023db764e9c16c06d66a6b1666bcd0fa67c23532d2a982a7d9b16dcb2d9",
        "db:postgres": "1561f06c30847e6cf518672209c22ffaa875ed211ae4d9c67c005fb8588c49ce",
        "db:supabase_admin": "f981cb5b5e03945e1c8adba36da784d8eb6c31f917c3b4b757510d50d60dd36e",
        "db:supabase_auth_admin": "d348a929f10805b8aac0aefa47a51fe04a5e81a1a28e3091ad637c71e03f38c2",
        "db:supabase_replication_admin": "2a69d45fd043e6ce4f5a731d9d224c281b257913e9f372762743b71ea469db98",
        "db:supabase_storage_admin": "58e1acbdec976c6e86ab1273794379a34fd24f8147915554f0948cc2fc13e371",
        "fingerprint": "f6d1ceed4c5f14e91998a00b69ff3d1df290770ecdf998478a37457dc745ae92",
        "jwt": "ba6ec7eba0d6036c3d648d1a3c46995acd301b95bcb5c8840a81b3ca8f1d40de",
        "keyId": "2082ff74",
        "meta-crypto": "8b16f15181d21704c2d8cb61a8c01142c488d1f3845d9f1465ffc3cbd596e315",
        "receipt": "8ee91aebf14b0acf55b1453af2f37dda3ae1b8a722b3a7b95000798f5c72b42f",
        "serviceRoleKey": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaXNzIjoic3VwYWJhc2UiLCJpYXQiOjE3OTUwMDAwMDAsImV4cCI6MjExMDM2MDAwMH0.WqIyQ_qz5hYHkGbn95TWTnX7jMwAHBC7Moz5r2ynqk4",
        "studio": "c02c9ce2b05e7e8f608e4fe406d77c5a034a0f6fb8014ae5d854f62be62d2345",
      }
    `);
  });

  test("has a closed list of purposes, each with a value of its own", () => {
    expect(missing satisfies readonly never[]).toEqual([]);
    const values = purposes.map((one) => deriveValue(siloKey, one, 1));
    expect(new Set(values).size).toBe(purposes.length);
    // A new login role is a new purpose: it belongs into the golden vectors above.
    expect(loginRoles.map((role) => `db:${role}`)).toEqual(
      perGeneration.filter((one) => one.startsWith("db:")),
    );
  });

  test("uses generation 0 for what a rotation must not change", async () => {
    const at = (number: number) => deriveCredentials(siloKey, { ...generation, number });
    const [one, two] = await Promise.all([at(1), at(2)]);
    expect(one.metaCryptoKey.reveal()).toBe(deriveValue(siloKey, "meta-crypto", 0));
    expect(two.metaCryptoKey.reveal()).toBe(one.metaCryptoKey.reveal());
    expect(checkValueOf(siloKey)).toBe(deriveValue(siloKey, "check", 0).slice(0, 32));
    const rotated = (from: Credentials) => [
      from.jwtSecret.reveal(),
      from.anonKey.reveal(),
      from.serviceRoleKey.reveal(),
      from.studioPassword.reveal(),
      ...Object.values(from.passwords).map((password) => password.reveal()),
    ];
    expect(new Set([...rotated(one), ...rotated(two)]).size).toBe(2 * (4 + loginRoles.length));
  });

  test("gives 64 hex characters, which are used as text", async () => {
    const credentials = await deriveCredentials(siloKey, generation);
    const hex = [
      credentials.jwtSecret,
      credentials.studioPassword,
      credentials.metaCryptoKey,
      ...Object.values(credentials.passwords),
    ];
    for (const value of hex) expect(value.reveal()).toMatch(/^[0-9a-f]{64}$/);
    const [header, payload, signature] = credentials.anonKey.reveal().split(".");
    const asText = createHmac("sha256", credentials.jwtSecret.reveal());
    expect(asText.update(`${header}.${payload}`).digest("base64url")).toBe(signature);
  });

  test("no two inputs share an info", () => {
    // The info is JSON of an array: whatever the parts hold, it can be read back in one way only.
    const text = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('","', '"', "\\", ",", ""));
    const input = fc.tuple(text, text);
    fc.assert(
      fc.property(input, input, (a, b) => {
        const keyOf = ([siloId, incarnation]: readonly [string, string]) =>
          Buffer.from(deriveSiloKey(master, { siloId, incarnation })).toString("hex");
        expect(keyOf(a) === keyOf(b)).toBe(a[0] === b[0] && a[1] === b[1]);
      }),
    );
    const numbered = fc.tuple(fc.constantFrom(...purposes), fc.nat(10_000));
    fc.assert(
      fc.property(numbered, numbered, (a, b) => {
        expect(deriveValue(siloKey, ...a) === deriveValue(siloKey, ...b)).toBe(
          a[0] === b[0] && a[1] === b[1],
        );
      }),
    );
    // Nor the three uses of the salt: key id, silo key, value of a silo.
    expect(keyIdOf(master)).not.toBe(Buffer.from(siloKey).toString("hex").slice(0, 8));
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
    expect(verified.payload.role).toBe("service_role");
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
