import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { apiOf } from "./api-reader.ts";
import { siloSecrets } from "./silo-secrets.ts";

const msPerDay = 86_400_000;
const restUrl = "https://devenv-acme-erp-kong.fly.dev/rest/v1/";
const spec = { "silos/acme-erp.yml": specText() };
const edited = specText({ services: "    gotrue: { memory_mb: 512 }" });

async function applied(config?: string): Promise<Cloud> {
  const cloud = aCloud({
    files: { ...spec, ...(config !== undefined && { "silo.config.yml": config }) },
  });
  const { exitCode, stdout, stderr } = await cloud.run("apply acme-erp");
  expect(exitCode, stdout + stderr).toBe(0);
  return cloud;
}

const keysOf = async (cloud: Cloud) => {
  const { anonKey, serviceRoleKey, jwtSecret } = (await siloSecrets(cloud)).credentials;
  return {
    anon: anonKey.reveal(),
    service: serviceRoleKey.reveal(),
    secret: jwtSecret.reveal(),
  };
};

const claimsOf = (jwt: string) =>
  JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8"));

const statusOf = async (cloud: Cloud, headers: Record<string, string>, query = "") =>
  (await cloud.fly.proxy(`${restUrl}${query}`, { headers })).status;

/** HS256, with header and claims as they are written. */
function sign(header: string, claims: string, secret: string): string {
  const part = (text: string) => Buffer.from(text).toString("base64url");
  const head = `${part(header)}.${part(claims)}`;
  return `${head}.${createHmac("sha256", secret).update(head).digest("base64url")}`;
}

describe("keys-from-the-record", () => {
  test("iat is the creation less 60 s, exp is iat and the lifetime, both from the record", async () => {
    const before = Date.UTC(2026, 10, 24, 12) / 1_000;
    const cloud = await applied("jwt: { lifetime_days: 90 }\n");
    const { anon, service } = await keysOf(cloud);
    const { config } = await apiOf(cloud, "local").machineOf("devenv-acme-erp-kong");
    const [iat, exp] = (config.metadata?.silo_gen_1 ?? "").split(":").map(Number);
    expect(iat).toBe(before - 60);
    expect(exp).toBe(before - 60 + 90 * 86_400);
    for (const [role, key] of [
      ["anon", anon],
      ["service_role", service],
    ] as const) {
      expect(claimsOf(key)).toEqual({ role, iss: "supabase", iat, exp });
    }
  });

  test("another lifetime in the configuration changes no key that is out", async () => {
    const cloud = await applied("jwt: { lifetime_days: 90 }\n");
    const keys = await keysOf(cloud);
    cloud.files.write("silo.config.yml", "jwt: { lifetime_days: 900 }\n");
    cloud.files.write("silos/acme-erp.yml", edited);
    for (const line of ["apply acme-erp", "restart acme-erp"]) {
      expect((await cloud.run(line)).exitCode).toBe(0);
      expect(await keysOf(cloud)).toEqual(keys);
    }
    expect(await statusOf(cloud, { apikey: keys.anon })).toBe(200);
  });

  test("after years and many restarts the keys are the same text, and still taken", async () => {
    const cloud = await applied();
    const keys = await keysOf(cloud);
    for (let years = 0; years < 3; years++) {
      expect((await cloud.run("stop acme-erp")).exitCode).toBe(0);
      await cloud.clock.sleep(365 * msPerDay);
      expect((await cloud.run("start acme-erp")).exitCode).toBe(0);
      expect(await keysOf(cloud)).toEqual(keys);
      expect(await statusOf(cloud, { apikey: keys.anon })).toBe(200);
      expect(await statusOf(cloud, { apikey: keys.service })).toBe(200);
    }
    expect((await cloud.run("apply acme-erp")).writes).toEqual([]);
  });

  test("Kong takes exactly the derived text, in the header only", async () => {
    const cloud = await applied();
    const { anon, secret } = await keysOf(cloud);
    const { iat, exp } = claimsOf(anon);
    const header = '{"alg":"HS256","typ":"JWT"}';
    const claims = `{"role":"anon","iss":"supabase","iat":${iat},"exp":${exp}}`;
    expect(sign(header, claims, secret)).toBe(anon);
    expect(await statusOf(cloud, { apikey: anon })).toBe(200);
    const others = [
      sign('{"typ":"JWT","alg":"HS256"}', claims, secret),
      sign(header, `{"iss":"supabase","role":"anon","iat":${iat},"exp":${exp}}`, secret),
      sign(header, claims.replaceAll(":", ": "), secret),
      sign(
        header,
        `{"role":"service_role","iss":"supabase","iat":${iat},"exp":${exp}}`,
        `${secret}0`,
      ),
      anon.slice(0, -1),
      `${anon}=`,
    ];
    for (const other of others) expect(await statusOf(cloud, { apikey: other })).toBe(401);
    expect(await statusOf(cloud, {}, `?apikey=${anon}`)).toBe(401);
    expect(await statusOf(cloud, { authorization: `Bearer ${anon}` })).toBe(401);
  });

  test("30 days before they expire plan, apply and status say so, and change nothing", async () => {
    const cloud = await applied("jwt: { lifetime_days: 40 }\n");
    const notes = async (line: string) => {
      const run = await cloud.run(line);
      expect(run, line).toMatchObject({ exitCode: 0, writes: [] });
      return run.stderr;
    };
    const lines = ["plan acme-erp --detailed-exitcode", "apply acme-erp", "status acme-erp"];
    await cloud.clock.sleep(9 * msPerDay);
    for (const line of lines) expect(await notes(line)).not.toContain("keys");
    await cloud.clock.sleep(msPerDay);
    for (const line of lines) {
      expect(await notes(line)).toContain(
        "acme-erp: its keys expire on 2027-01-03, in 30 days; `silo rotate acme-erp` makes new ones",
      );
    }
    expect(await notes("status acme-erp --format json")).toContain("its keys expire on");
    expect(JSON.parse((await cloud.run("status acme-erp --format json")).stdout).silo_id).toBe(
      "acme-erp-silo-001",
    );
    await cloud.clock.sleep(29 * msPerDay);
    expect(await notes("status acme-erp")).toContain("in 1 day;");
    await cloud.clock.sleep(msPerDay);
    for (const line of lines) expect(await notes(line)).toContain("its keys expired on 2027-01-03");
    expect(await statusOf(cloud, { apikey: (await keysOf(cloud)).anon })).toBe(401);
  });
});
