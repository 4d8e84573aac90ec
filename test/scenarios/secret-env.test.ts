/** Values of `secret_env`: Fly shows none of them, so a machine carries their fingerprint. */

import { beforeAll, expect, test } from "vitest";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { expectWhole, resumeCloud, type SavedCloud, saveCloud } from "./stacks.ts";

const files = {
  "silos/acme-erp.yml": specText({
    services: "    gotrue: { secret_env: [GOTRUE_SMTP_PASS, GOTRUE_HOOK_KEY] }",
  }),
};
const smtp = "SILO_ENV_ACME_ERP_GOTRUE_SMTP_PASS";
const hook = "SILO_ENV_ACME_ERP_GOTRUE_HOOK_KEY";
const old = { [smtp]: "old-password", [hook]: "a-key" };
const changed = { ...old, [smtp]: "fresh-password" };

let saved: SavedCloud;
beforeAll(async () => {
  const cloud = aCloud({ files, environment: old });
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  saved = saveCloud(cloud);
});

const cloudWith = (environment: Readonly<Record<string, string>>) =>
  resumeCloud(saved, { environment });

test("a changed one is given to its service, once, and to no other", async () => {
  const cloud = await cloudWith(changed);
  const plan = await cloud.run("plan --detailed-exitcode");
  expect(plan).toMatchObject({ exitCode: 3, writes: [] });
  expect(plan.stdout).toMatch(/Set \d+ secrets of devenv-acme-erp-auth/);
  const applied = await cloud.run("apply");
  expect(applied).toMatchObject({ exitCode: 0 });
  for (const { stdout, stderr } of [plan, applied]) {
    expect(stdout + stderr).not.toMatch(/password|a-key/);
  }
  const apps = applied.writes.map(({ path }) => path.match(/devenv-acme-erp-\w+/)?.[0]);
  expect([...new Set(apps)]).toEqual(["devenv-acme-erp-auth"]);
  await expectWhole(cloud);
  await cloud.clock.sleep(60_000);
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0, writes: [] });
  expect(cloud.violations()).toEqual([]);
});

test.each([
  ["values", {}],
  ["one of the values", { [hook]: "a-key" }],
  ["the master key", { ...changed, SILO_MASTER_KEY: "" }],
  [
    "the right master key",
    { ...changed, SILO_MASTER_KEY: Buffer.alloc(32, "x7").toString("base64") },
  ],
])("a run without %s guesses no change", async (_what, environment) => {
  const cloud = await cloudWith(environment);
  for (const line of ["plan --detailed-exitcode", "apply"]) {
    expect(await cloud.run(line)).toMatchObject({ exitCode: 0, writes: [] });
  }
});

test("a plan that did not know of it can still be applied, and the next apply sees to it", async () => {
  const blind = await cloudWith({});
  blind.files.write(
    "silos/acme-erp.yml",
    `${files["silos/acme-erp.yml"]}    storage: { memory_mb: 1024 }\n`,
  );
  await blind.run("plan --out plan.json");
  const cloud = await resumeCloud(saveCloud(blind), { environment: changed });
  const approved = await cloud.run("apply --plan plan.json");
  expect(approved, approved.stderr).toMatchObject({ exitCode: 0 });
  expect(approved.writes.some(({ path }) => path.includes("-auth/"))).toBe(false);
  const next = await cloud.run("apply");
  expect(next).toMatchObject({ exitCode: 0 });
  expect(next.writes.some(({ path }) => path.includes("-auth/"))).toBe(true);
});

test("one that a run does not know is no drift, and no spec that waits to be applied", async () => {
  const cloud = await cloudWith({});
  const { exitCode, stdout } = await cloud.run("drift --format json");
  expect({ exitCode, ...JSON.parse(stdout).silos[0] }).toMatchObject({
    exitCode: 0,
    drifted: false,
    not_applied: [],
  });
});
