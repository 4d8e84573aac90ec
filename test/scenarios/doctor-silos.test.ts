/** What doctor says of keys, sites and silos. */

import { expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import { apiOf } from "../security/api-reader.ts";
import { aCloud, otherMasterKey, testMasterKey } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { aSoundCloud, diagnose } from "./doctor.ts";

const other = { SILO_MASTER_KEY: otherMasterKey };

async function applied(more: Parameters<typeof aSoundCloud>[0] = {}) {
  const cloud = aSoundCloud(more);
  const { exitCode, stderr } = await cloud.run("apply");
  expect(exitCode, stderr).toBe(0);
  return cloud;
}

test("a silo that runs, under its key", async () => {
  const { of } = await diagnose(await applied());
  expect(of("silos")).toEqual(["ok acme-erp: is running"]);
  expect(of("keys")).toEqual([
    "ok SILO_MASTER_KEY: has the form of a master key",
    "ok acme-erp: SILO_MASTER_KEY is the key it was made with",
    expect.stringMatching(/^ok acme-erp: its keys hold until/),
  ]);
});

test("a master key that is absent, malformed, or of somebody else", async () => {
  const of = async (key: string) =>
    diagnose(aSoundCloud({ environment: { SILO_MASTER_KEY: key } }));
  expect((await of("")).of("keys")).toEqual([expect.stringMatching(/^unknown SILO_MASTER_KEY/)]);
  const malformed = await of("abc");
  expect(malformed.of("keys")).toEqual([
    "failed SILO_MASTER_KEY: is not the base64 text of 32 bytes",
  ]);
  expect(JSON.stringify(malformed.findings)).not.toContain(testMasterKey);
});

test("a master key that a silo was not made with ends in a refusal", async () => {
  const cloud = await applied();
  const { of, exitCode, findings } = await diagnose(cloud, other);
  expect(of("keys")[1]).toMatch(/^failed acme-erp: SILO_MASTER_KEY is not the key/);
  expect(exitCode).toBe(4);
  const moving = await diagnose(cloud, { ...other, SILO_MASTER_KEY_PREVIOUS: testMasterKey });
  expect(moving.of("keys")[1]).toMatch(
    /^warning acme-erp: is still under SILO_MASTER_KEY_PREVIOUS/,
  );
  expect(JSON.stringify(findings)).not.toContain(otherMasterKey);
});

test("silos of two master keys", async () => {
  const files = {
    "silos/acme-erp.yml": specText(),
    "silos/acme-crm.yml": specText({ app: "crm" }),
  };
  const cloud = aSoundCloud({ files });
  await cloud.run("apply acme-erp");
  expect((await diagnose(cloud)).of("keys").join()).not.toContain("master keys");
  await cloud.run("apply acme-crm", { environment: other });
  expect((await diagnose(cloud)).of("keys")).toContainEqual(
    expect.stringMatching(/^warning master keys: the silos were made with 2 of them/),
  );
});

test("keys that end soon, and keys that have ended", async () => {
  const cloud = await applied({
    files: { "silos/acme-erp.yml": specText(), "silo.config.yml": "jwt: { lifetime_days: 60 }\n" },
  });
  const day = 86_400_000;
  cloud.clock.advance(40 * day);
  expect((await diagnose(cloud)).of("keys")[2]).toMatch(/^warning acme-erp: its keys expire on/);
  cloud.clock.advance(40 * day);
  expect((await diagnose(cloud)).of("keys")[2]).toMatch(/^failed acme-erp: its keys expired on/);
});

test("a service that is at rest though it is to run: started, never scaled", async () => {
  const cloud = await applied();
  const api = apiOf(cloud, "local");
  const { id } = await api.machineOf("devenv-acme-erp-pg");
  await api.call("POST", `/v1/apps/devenv-acme-erp-pg/machines/${id}/stop`, {});
  cloud.clock.advance(60_000);
  const { findings, exitCode } = await diagnose(cloud);
  const about = findings.filter(({ check, text }) => check === "silos" && text.includes("-pg"));
  expect(about).toMatchObject([{ verdict: "failed", fix: "`silo start acme-erp`" }]);
  expect(exitCode).not.toBe(0);
});

test("a machine that is gone, and one too many", async () => {
  const cloud = await applied();
  const api = apiOf(cloud, "local");
  const rest = await api.machineOf("devenv-acme-erp-rest");
  await api.call("DELETE", `/v1/apps/devenv-acme-erp-rest/machines/${rest.id}?force=true`);
  const auth = await api.machineOf("devenv-acme-erp-auth");
  const second = { name: "second", region: "yyz", config: auth.config };
  await api.call("POST", "/v1/apps/devenv-acme-erp-auth/machines", second);
  cloud.clock.advance(60_000);
  const { findings } = await diagnose(cloud);
  const said = findings.filter(({ check }) => check === "silos");
  expect(said).toContainEqual(
    expect.objectContaining({
      verdict: "failed",
      text: "devenv-acme-erp-rest has no machine",
      fix: "`silo apply acme-erp`",
    }),
  );
  expect(said).toContainEqual(
    expect.objectContaining({
      text: expect.stringMatching(/^devenv-acme-erp-auth has 2 machines/),
    }),
  );
});

test.each([
  ["provisioning", "apply"],
  ["stopping", "stop"],
  ["destroying", "destroy"],
])("a run that died in %s", async (phase, command) => {
  const cloud = await applied();
  const api = apiOf(cloud, "local");
  const { id } = await api.machineOf("devenv-acme-erp-kong");
  const path = `/v1/apps/devenv-acme-erp-kong/machines/${id}/metadata/${keys.phase}`;
  await api.call("POST", path, { value: phase });
  const { findings } = await diagnose(cloud);
  expect(findings.filter(({ check }) => check === "silos")).toMatchObject([
    {
      verdict: "warning",
      text: expect.stringContaining(`is ${phase}`),
      fix: expect.stringContaining(`\`silo ${command} acme-erp\``),
    },
  ]);
});

test("how the last run ended, by the status file, on a branch or in the working tree", async () => {
  const well = await applied();
  expect((await diagnose(well)).of("last-run")).toEqual(["ok acme-erp: ended well"]);
  const files = { "silos/acme-fault-capacity.yml": specText({ app: "fault-capacity" }) };
  const local = aCloud({ files });
  for (const cloud of [aSoundCloud({ files }), local]) {
    expect((await diagnose(cloud)).of("last-run")).toEqual([]);
    expect((await cloud.run("apply")).exitCode).toBe(1);
    expect((await diagnose(cloud)).of("last-run")).toEqual([
      expect.stringMatching(/^warning acme-fault-capacity: failed at .*capacity/),
    ]);
  }
  local.files.write("silos/status/acme-fault-capacity.json", "{}");
  expect((await diagnose(local)).of("last-run")[0]).toMatch(/^warning .* is not as silo-manager/);
});

test("an app of that name that is somebody else's", async () => {
  const files = { "silos/acme-fault-foreign.yml": specText({ app: "fault-foreign" }) };
  const { of, exitCode } = await diagnose(aSoundCloud({ files }));
  expect(of("silos")).toHaveLength(6);
  expect(of("silos")[0]).toMatch(/^failed acme-fault-foreign: the app .*-pg is not this silo's/);
  expect(exitCode).not.toBe(0);
});

const netlify = "netlify: { site: acme-erp, branch: prod, variables: [VITE_SUPABASE_URL] }\n";
const withSite = { "silos/acme-erp.yml": `${specText()}${netlify}` };

test("a site that the token shows, one that it does not, and no token", async () => {
  const teams = (name: string) => ({ teams: [{ slug: "acme", sites: [{ name }] }] });
  const sound = await diagnose(aSoundCloud({ files: withSite, netlify: teams("acme-erp") }));
  expect(sound.of("netlify-sites")).toEqual(["ok acme-erp: its site acme-erp can be reached"]);
  const other = await diagnose(aSoundCloud({ files: withSite, netlify: teams("other") }));
  expect(other.of("netlify-sites")).toEqual([expect.stringMatching(/^failed .* no site acme-erp/)]);
  const none = await diagnose(aSoundCloud({ files: withSite }));
  expect(none.of("netlify-sites")).toEqual([expect.stringMatching(/^warning NETLIFY_AUTH_TOKEN/)]);
  const unneeded = await diagnose(aSoundCloud());
  expect(unneeded.of("netlify-sites")).toEqual([]);
});

test("a preview whose name is too long for a host", async () => {
  const branch = "b".repeat(60);
  const files = { "silos/acme-erp.yml": `${specText()}${netlify.replace("prod", branch)}` };
  const teams = [{ slug: "acme", sites: [{ name: "acme-erp" }] }];
  const { of } = await diagnose(aSoundCloud({ files, netlify: { teams } }));
  expect(of("netlify-sites")).toEqual([expect.stringMatching(/^warning .* longer than 63/)]);
});
