/** A restart that rotates, by its option or by silo.config.yml: all keys, or those of the database. */

import { beforeAll, expect, test } from "vitest";
import type { Credentials } from "#silo/credentials.ts";
import { aCloud, otherMasterKey, testMasterKey } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";
import { crashing, inFirstRun, isWrite } from "./interruptions.ts";
import { expectPasswords, expectRotated, metadataOf, rotated, statusOf } from "./rotations.ts";
import { expectSettled, expectWhole, resumeCloud, type SavedCloud, saveCloud } from "./stacks.ts";

const files = { "silos/acme-erp.yml": specText() };
const configured = (what: string) => ({ "silo.config.yml": `rotate_on_restart: ${what}\n` });

let running: SavedCloud;
let old: Credentials;

beforeAll(async () => {
  const cloud = aCloud({ files });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  running = saveCloud(cloud);
  old = await derivedCredentials(cloud, "acme-erp");
});

test("false, the default: the same keys", async () => {
  const cloud = await resumeCloud(running, { files: configured("false") });
  await rotated(cloud, "restart acme-erp");
  expect((await derivedCredentials(cloud, "acme-erp")).generation).toBe(1);
  expect(await statusOf(cloud, old)).toBe(200);
});

test.each([
  ["restart acme-erp --rotate-keys", "false"],
  ["restart acme-erp --rotate-keys", "database"],
  ["restart acme-erp", "all"],
])("%s under %s: no old credential works", async (line, what) => {
  const cloud = await resumeCloud(running, { files: configured(what) });
  const { writes } = await rotated(cloud, line);
  // It is a restart all the same.
  expect(writes.filter(({ action }) => action === "machine.stop")).toHaveLength(6);
  await expectRotated(cloud, old, 2);
});

test("database: other passwords, the same keys, and no frontend is built", async () => {
  const cloud = aCloud({
    files: {
      ...configured("database"),
      "silos/acme-erp.yml": `${specText()}netlify: { site: silo-acme-erp, branch: main }\n`,
    },
    netlify: { teams: [{ slug: "acme", sites: [{ name: "silo-acme-erp" }] }] },
  });
  await rotated(cloud, "apply acme-erp");
  const before = await derivedCredentials(cloud, "acme-erp");
  for (const generation of [2, 3]) {
    const { stderr } = await rotated(cloud, "restart acme-erp");
    expect(stderr).not.toContain("build it");
    await cloud.clock.sleep(5_000);
    const now = await derivedCredentials(cloud, "acme-erp");
    expect(now.generation).toBe(generation);
    expect(now.anonKey.reveal()).toBe(before.anonKey.reveal());
    expect(now.jwtSecret.reveal()).toBe(before.jwtSecret.reveal());
    expect(now.passwords.postgres.reveal()).not.toBe(before.passwords.postgres.reveal());
    await expectPasswords(cloud, now);
    expect(await statusOf(cloud, before)).toBe(200);
  }
  await expectWhole(cloud);
  await expectSettled(cloud);
  // Keys of their own again.
  await rotated(cloud, "rotate acme-erp");
  await cloud.clock.sleep(5_000);
  expect(await statusOf(cloud, before)).toBe(401);
  expect(await statusOf(cloud, await derivedCredentials(cloud, "acme-erp"))).toBe(200);
});

test.each(["restart acme-erp --rotate-keys", "rotate-master"])(
  "%s: the old key is taken back, and the new one handed out",
  async (line) => {
    const cloud = aCloud({
      files,
      github: { repositories: [{ name: "somtech/silos" }] },
    });
    await rotated(cloud, "apply acme-erp");
    const keyOnGitHub = () =>
      cloud.github
        ?.reveal("somtech/silos", "repository")
        .secrets.get("SILO_ACME_ERP_SUPABASE_ANON_KEY");
    const before = await derivedCredentials(cloud, "acme-erp");
    expect(keyOnGitHub()).toBe(before.anonKey.reveal());
    await cloud.clock.sleep(60_000);
    const environment = {
      SILO_MASTER_KEY: otherMasterKey,
      SILO_MASTER_KEY_PREVIOUS: testMasterKey,
    };
    const run = await cloud.run(line, { environment });
    expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0 });
    const after = await derivedCredentials(cloud, "acme-erp", otherMasterKey);
    expect(keyOnGitHub()).toBe(after.anonKey.reveal());
  },
);

test("a stopped silo is started with new keys", async () => {
  const cloud = await resumeCloud(running);
  await rotated(cloud, "stop acme-erp");
  await rotated(cloud, "restart acme-erp --rotate-keys");
  await expectRotated(cloud, old, 2);
});

test("killed at every third write, the same command goes on, and no second generation is made", async () => {
  const line = "restart acme-erp --rotate-keys";
  const whole = crashing({ at: Number.POSITIVE_INFINITY, when: "before", counts: isWrite });
  await rotated(await resumeCloud(running, { wrap: whole.wrap }), line);
  for (let at = 1; at <= whole.count(); at += 3) {
    const { wrap, died } = crashing({ at, when: "after", counts: isWrite });
    const cloud = await resumeCloud(running, { wrap: inFirstRun(wrap) });
    const place = await Promise.race([died, cloud.run(line)]);
    const { silo_rotation: unfinished } = await metadataOf(cloud, "kong");
    const again = await cloud.run(line);
    expect(again, `${String(place)}: ${again.stdout}`).toMatchObject({ exitCode: 0 });
    const { generation } = await derivedCredentials(cloud, "acme-erp");
    if (unfinished === "2") expect(generation, String(place)).toBe(2);
    await expectRotated(cloud, old, generation);
  }
}, 120_000);
