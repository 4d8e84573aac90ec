/** `silo rotate`: afterwards every new credential works and no old one does. */

import { beforeAll, expect, test } from "vitest";
import type { Credentials } from "#silo/credentials.ts";
import { aCloud, type Cloud, type CloudOptions } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";
import { isWrite } from "./interruptions.ts";
import { expectRotated, rotated, statusOf } from "./rotations.ts";
import { resumeCloud, type SavedCloud, saveCloud, stackOf } from "./stacks.ts";

const files = { "silos/acme-erp.yml": specText() };

let running: SavedCloud;
let old: Credentials;

beforeAll(async () => {
  const cloud = aCloud({ files });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  running = saveCloud(cloud);
  old = await derivedCredentials(cloud, "acme-erp");
});

test("each rotation is one more generation, and the one before works nowhere", async () => {
  const cloud = await resumeCloud(running);
  await rotated(cloud);
  await expectRotated(cloud, old, 2);
  const second = await derivedCredentials(cloud, "acme-erp");
  await rotated(cloud);
  await expectRotated(cloud, second, 3);
  expect(await statusOf(cloud, old)).toBe(401);
  expect(cloud.violations()).toEqual([]);
});

test("kong is shut from the first change on until everything has changed, no longer than by a restart", async () => {
  const answers: number[] = [];
  const times: number[] = [];
  let cloud: Cloud | undefined;
  const sampling: NonNullable<CloudOptions["wrap"]> = (fetch) => async (input, init) => {
    const response = await fetch(input, init);
    if (cloud && isWrite(init?.method ?? "GET")) {
      times.push(cloud.clock.now());
      answers.push(await statusOf(cloud, old));
    }
    return response;
  };
  const resumed = await resumeCloud(running, { wrap: sampling });
  cloud = resumed;
  await rotated(resumed);
  const closed = answers.findIndex((status) => status !== 200);
  const opened = answers.lastIndexOf(503);
  expect(new Set(answers.slice(closed, opened + 1))).toEqual(new Set([503]));
  expect(new Set(answers.slice(opened + 1))).toEqual(new Set([401]));
  expect(closed).toBeGreaterThan(0);
  cloud = undefined;
  const outageMs = (times[opened + 1] ?? Number.NaN) - (times[closed] ?? 0);
  expect(outageMs).toBeLessThanOrEqual((await rotated(resumed, "restart acme-erp")).ms);
});

test("a stopped silo is refused, with what to do", async () => {
  const cloud = await resumeCloud(running);
  await rotated(cloud, "stop acme-erp");
  const refused = await cloud.run("rotate acme-erp");
  expect(refused).toMatchObject({ exitCode: 4, writes: [] });
  expect(refused.stdout).toContain("silo start acme-erp");
  await rotated(cloud, "start acme-erp");
  expect((await derivedCredentials(cloud, "acme-erp")).generation).toBe(1);
});

test("a Postgres machine made again gives its old data the passwords in force", async () => {
  const cloud = await resumeCloud(running);
  await rotated(cloud);
  const pg = (await stackOf(cloud)).machines.find(({ app }) => app.endsWith("-pg"));
  const path = `http://fly.local/v1/apps/${pg?.app}/machines/${pg?.id}?force=true`;
  await cloud.fly.fetch(path, { method: "DELETE", headers: { authorization: "Bearer local" } });
  await rotated(cloud, "apply acme-erp");
  await expectRotated(cloud, old, 2);
});

test("one that is not there is refused", async () => {
  const refused = await aCloud({ files }).run("rotate acme-erp");
  expect(refused).toMatchObject({ exitCode: 4, writes: [] });
  expect(refused.stdout).toContain("silo apply acme-erp");
});
