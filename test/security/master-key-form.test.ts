import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refused } from "#silo/errors.ts";
import { parseMasterKey, renderMasterKey } from "#silo/master-key.ts";
import { aCloud, type Cloud, testMasterKey } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

const files = { "silos/acme-erp.yml": specText() };

/** A running silo, and a run to come with another SILO_MASTER_KEY. */
async function withKey(key: string): Promise<Cloud> {
  const before = aCloud({ files });
  expect((await before.run("apply acme-erp")).exitCode).toBe(0);
  return aCloud({ files, environment: { SILO_MASTER_KEY: key }, state: before.fly.save() });
}

describe("master-key-form", () => {
  const unusable: readonly (readonly [string, string])[] = [
    ["31 bytes", Buffer.from("0123456789abcdef0123456789abcde").toString("base64")],
    ["33 bytes", Buffer.from("0123456789abcdef0123456789abcdef0").toString("base64")],
    ["without its padding", testMasterKey.slice(0, -1)],
    ["in base64url", Buffer.alloc(32, "\xfb\xef\xbe").toString("base64url")],
    ["hex", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"],
    ["with bits that say nothing", `${testMasterKey.slice(0, -2)}9=`],
    ["with a newline", `${testMasterKey}\n`],
    ["with a blank before it", ` ${testMasterKey}`],
    ["in quotes", `"${testMasterKey}"`],
    ["two of them", testMasterKey + testMasterKey],
    ["all zero", Buffer.alloc(32).toString("base64")],
    ["one repeated byte", Buffer.alloc(32, 0xa5).toString("base64")],
    ["a word", "change-me"],
  ];

  test.each(unusable)("%s: exit 2 before the first write, and not repeated", async (_why, text) => {
    const cloud = aCloud({ environment: { SILO_MASTER_KEY: text }, files });
    const { exitCode, stdout, stderr, writes } = await cloud.run("apply acme-erp");
    expect({ exitCode, writes }).toEqual({ exitCode: 2, writes: [] });
    expect(stdout).toContain("silo new-master-key");
    expect(stdout + stderr).not.toContain(text.trim());
  });

  test.each(["", undefined])("missing (%j): exit 2 before the first write", async (text) => {
    const cloud = aCloud({ environment: { SILO_MASTER_KEY: text ?? "" }, files });
    const { exitCode, writes } = await cloud.run("apply acme-erp");
    expect({ exitCode, writes }).toEqual({ exitCode: 2, writes: [] });
  });

  test("plan, status and stop need none", async () => {
    const cloud = await withKey("");
    for (const line of ["plan acme-erp", "status acme-erp", "why acme-erp", "stop acme-erp"]) {
      expect((await cloud.run(line)).exitCode, line).toBe(0);
    }
    expect(await cloud.run("start acme-erp")).toMatchObject({ exitCode: 2, writes: [] });
  });

  test("the key of another silo is refused before the first write", async () => {
    const cloud = await withKey(Buffer.from("an other key, of thirty-two byte").toString("base64"));
    const services = "    gotrue: { secret_env: [GOTRUE_SMTP_PASS] }";
    cloud.files.write("silos/acme-erp.yml", specText({ services }));
    for (const line of ["apply acme-erp", "restart acme-erp"]) {
      const other = await cloud.run(line);
      expect(other).toMatchObject({ exitCode: 4, writes: [] });
      expect(other.stdout).toContain("is not the key that acme-erp was made with");
    }
  });

  test("new-master-key prints one that is taken, and never the same twice", async () => {
    const cloud = aCloud();
    const [one, two] = [await cloud.run("new-master-key"), await cloud.run("new-master-key")];
    expect(one.stdout).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
    expect(one.stdout).not.toBe(two.stdout);
    expect(parseMasterKey(one.stdout.trim()).bytes()).toHaveLength(32);
  });

  test("of any text only the canonical base64 of 32 bytes is taken", () => {
    const bytes = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .filter((all) => new Set(all).size > 1);
    fc.assert(
      fc.property(bytes, (all) => {
        expect(Buffer.from(parseMasterKey(renderMasterKey(all)).bytes())).toEqual(Buffer.from(all));
      }),
    );
    const oneChanged = fc.tuple(bytes, fc.nat(43), fc.string({ maxLength: 2 }));
    fc.assert(
      fc.property(oneChanged, ([all, at, instead]) => {
        const text = renderMasterKey(all);
        const changed = text.slice(0, at) + instead + text.slice(at + 1);
        const decoded = Buffer.from(changed, "base64");
        const isGood =
          /^[A-Za-z0-9+/]{43}=$/.test(changed) &&
          decoded.toString("base64") === changed &&
          new Set(decoded).size > 1;
        const take = () => Buffer.from(parseMasterKey(changed).bytes());
        if (isGood) expect(take()).toEqual(decoded);
        else expect(take).toThrow(Refused);
      }),
    );
  });
});
