/** `silo verify`: what a run leaves behind to be held against the world, and who can fake it. */

import { expect, test } from "vitest";
import type { Receipt, SiloStatus } from "#silo/status.generated.ts";
import { receipt as isReceipt } from "#spec/receipt-validator.generated.js";
import { aCloud, type Cloud, type CloudOptions, testMasterKey } from "../support/a-cloud.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";
import { saveCloud } from "./stacks.ts";

const spec = "silos/acme-erp.yml";
const status = "silos/status/acme-erp.json";
const unprotected = specText({ devenv: "  prevent_destroy: false" });

const cloudWith = (more: CloudOptions = {}) => aCloud({ files: { [spec]: unprotected }, ...more });

async function done(cloud: Cloud, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { exitCode, stdout, stderr } = await cloud.run(line);
    expect(exitCode, `${line}: ${stdout}${stderr}`).toBe(0);
  }
}

const readStatus = (cloud: Cloud): SiloStatus => JSON.parse(cloud.files.content.get(status) ?? "");

function rewrite(cloud: Cloud, change: (receipt: Receipt) => unknown): void {
  const now = readStatus(cloud);
  if (!now.receipt) throw new Error("There is no receipt");
  cloud.files.write(status, JSON.stringify({ ...now, receipt: change(now.receipt) }));
}

/** The same world without the master key. */
const keyless = (cloud: Cloud) =>
  aCloud({ ...saveCloud(cloud), environment: { SILO_MASTER_KEY: "" } });

test("every run leaves a sealed receipt that its world bears out", async () => {
  const cloud = cloudWith({ environment: { GITHUB_SHA: "c0ffee" } });
  const lines = ["apply", "stop acme-erp", "start acme-erp", "restart acme-erp", "rotate acme-erp"];
  for (const line of lines) {
    await done(cloud, line);
    const { receipt } = readStatus(cloud);
    expect(isReceipt(receipt)).toBe(true);
    expect(receipt).toMatchObject({
      command: line.split(" ")[0],
      result: "done",
      commit: "c0ffee",
    });
    const { exitCode, stdout, writes } = await cloud.run("verify");
    expect(stdout).toMatch(/^acme-erp {2}verified\n.*\n {2}commit c0ffee\n {2}seal {3}right: /);
    expect({ exitCode, writes }, line).toEqual({ exitCode: 0, writes: [] });
  }
  cloud.files.write(spec, specText({ services: "    postgres: { volume_gb: 20 }" }));
  await done(cloud, "apply", "verify");
  expect(readStatus(cloud).receipt?.changes.join()).toContain("(volume_gb: 10 → 20)");
  expect(cloud.violations()).toEqual([]);
});

test("what moved since is named, by whomever: exit 3", async () => {
  const cloud = cloudWith();
  await done(cloud, "apply");
  const { machine_id: id } = readStatus(cloud).services.gotrue ?? {};
  const app = "devenv-acme-erp-auth";
  const path = `/v1/apps/${app}/machines/${id}/stop`;
  const headers = { authorization: "Bearer local" };
  await cloud.fly.fetch(`https://api.machines.dev${path}`, { method: "POST", headers });
  await cloud.clock.sleep(5_000);
  const moved = await cloud.run("verify");
  expect(moved).toMatchObject({ exitCode: 3 });
  expect(moved.stdout).toContain("acme-erp  moved since");
  expect(moved.stdout).toContain(`world  ${app}: machine ${id} was started, is stopped`);
  const json = JSON.parse((await cloud.run("verify --format json")).stdout);
  expect(json).toMatchObject({
    receipts: "silos/status",
    silos: [{ silo: "acme-erp", verdict: "moved", receipt: { command: "apply" } }],
  });
});

test("a receipt that somebody altered, wrote, took from another silo or cut off: exit 4", async () => {
  const cloud = cloudWith({
    files: { [spec]: unprotected, "silos/acme-crm.yml": specText({ app: "crm" }) },
  });
  await done(cloud, "apply");
  const genuine = cloud.files.content.get(status) ?? "";
  const foreign = JSON.parse(cloud.files.content.get("silos/status/acme-crm.json") ?? "").receipt;
  const forgeries: readonly ((receipt: Receipt) => unknown)[] = [
    (receipt) => ({ ...receipt, commit: "another" }),
    (receipt) => ({ ...receipt, changes: [] }),
    ({ mac: _, ...receipt }) => receipt,
    (receipt) => ({ ...receipt, note: "more" }),
    () => foreign,
    () => ({}),
  ];
  for (const forge of forgeries) {
    cloud.files.write(status, genuine);
    rewrite(cloud, forge);
    const { exitCode, stdout } = await cloud.run("verify acme-erp");
    expect({ exitCode, stdout }, String(forge)).toMatchObject({ exitCode: 4 });
    expect(stdout).toContain("acme-erp  forged or altered");
  }
  for (const text of [
    "",
    "[]",
    "null",
    genuine.replace("acme-erp-silo-001", "acme-crm-silo-001"),
  ]) {
    cloud.files.write(status, text);
    expect(await cloud.run("verify acme-erp"), text).toMatchObject({ exitCode: 4 });
  }
  cloud.files.content.delete(status);
  const missing = await cloud.run("verify acme-erp");
  expect(missing).toMatchObject({ exitCode: 3 });
  expect(missing.stdout).toContain("there is no silos/status/acme-erp.json, and nothing vouches");
});

test("without the master key the seal is not checked, and that is said", async () => {
  const cloud = cloudWith();
  await done(cloud, "apply");
  const audit = await keyless(cloud).run("verify");
  expect(audit).toMatchObject({ exitCode: 0 });
  expect(audit.stdout).toContain("acme-erp  as recorded, but not proven");
  expect(audit.stdout).toContain("seal   not checked: SILO_MASTER_KEY is not set");
  const other = Buffer.from(testMasterKey, "base64").reverse().toString("base64");
  const wrong = aCloud({ ...saveCloud(cloud), environment: { SILO_MASTER_KEY: other } });
  expect((await wrong.run("verify")).stdout).toContain(
    "is not the key that acme-erp was made with",
  );
});

test("a stop without the master key leaves no seal, and one with a wrong key no false one", async () => {
  const cloud = cloudWith();
  await done(cloud, "apply");
  const other = Buffer.from(testMasterKey, "base64").reverse().toString("base64");
  for (const SILO_MASTER_KEY of ["", other]) {
    const operated = aCloud({ ...saveCloud(cloud), environment: { SILO_MASTER_KEY } });
    await done(operated, "stop acme-erp");
    expect(readStatus(operated).receipt).not.toHaveProperty("mac");
    const audit = await aCloud(saveCloud(operated)).run("verify");
    expect(audit).toMatchObject({ exitCode: 0 });
    expect(audit.stdout).toContain("seal   none: a run of stop needs no master key");
  }
});

test("with --plan: exactly what was approved, or less of it", async () => {
  const cloud = cloudWith();
  await done(cloud, "plan --out plan.json", "apply --plan plan.json", "verify --plan plan.json");
  expect((await cloud.run("verify --plan plan.json")).stdout).toContain(
    "plan   exactly that of plan.json",
  );
  expect(await cloud.run("verify acme-erp --plan plan.json")).toMatchObject({ exitCode: 2 });
  const altered = cloud.files.content.get("plan.json")?.replace("Create volume", "Make volume");
  cloud.files.write("altered.json", altered ?? "");
  const found = await cloud.run("verify --plan altered.json");
  expect(found).toMatchObject({ exitCode: 4 });
  expect(found.stdout).toContain("plan   altered.json was altered");
  await done(cloud, "restart acme-erp");
  expect((await cloud.run("verify --plan plan.json")).stdout).toContain(
    "plan   not that of plan.json",
  );
});

test("a run that failed says so", async () => {
  const services = '    postgres: { env: { EMULATE_CRASH_DURING_INIT: "1" } }';
  const cloud = aCloud({ files: { [spec]: specText({ services }) } });
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 1 });
  expect(readStatus(cloud).receipt).toMatchObject({ result: "failed" });
  expect((await cloud.run("verify")).stdout).toContain("\n  apply (failed)  2026-");
});

test("of a silo that is gone, or was never there, nothing is missed", async () => {
  const cloud = cloudWith();
  expect((await cloud.run("verify")).stdout).toContain("and nothing of the silo");
  await done(cloud, "verify", "apply", "destroy acme-erp --now --allow-destroy");
  expect(readStatus(cloud).receipt).toMatchObject({ command: "destroy", mac: expect.any(String) });
  const gone = await cloud.run("verify");
  expect(gone).toMatchObject({ exitCode: 0 });
  expect(gone.stdout).toContain("seal   not checked: the silo is gone, and its key with it");
  expect(gone.stdout).toContain("world  as the run left it: nothing");
});

test("where a repository is known, receipts are read from the status branch", async () => {
  const repository = "somtech/silos";
  const cloud = cloudWith({
    github: {
      repositories: [{ name: repository, ...guarded }],
    },
    environment: { GITHUB_RUN_ID: "42" },
  });
  expect(await cloud.run("verify")).toMatchObject({ exitCode: 0 });
  await done(cloud, "apply");
  const text = (await cloud.run("verify")).stdout;
  expect(text).toContain("acme-erp  verified");
  expect(text).toContain(`https://github.com/${repository}/actions/runs/42`);
  expect(text).toContain(`receipts of the branch silo-status of ${repository}`);
  const file = cloud.github?.files(repository, "silo-status")?.get(status) ?? "";
  cloud.github?.push(repository, "silo-status", { [status]: file.replace("/runs/42", "/runs/43") });
  expect(await cloud.run("verify")).toMatchObject({ exitCode: 4 });
  expect(cloud.violations()).toEqual([]);
});
