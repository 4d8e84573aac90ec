/** Rotations as processes that are killed with SIGKILL: the next run ends what they began. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Credentials } from "#silo/credentials.ts";
import { otherMasterKey, testMasterKey } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { type RealCloud, realCloud } from "./real-processes.ts";
import { generationsOn, metadataOf } from "./rotations.ts";
import { expectWhole } from "./stacks.ts";

const delayMs = 15;
const leaseMs = 31_000;
/** Parts of a whole rotation, from its first calls to its last. */
const moments = [0.3, 0.45, 0.6, 0.7, 0.8, 0.95];
const apps = moments.map((_, index) => `killed-${index}`);
const names = apps.map((app) => `acme-${app}`).join(" ");
const moving = { SILO_MASTER_KEY: otherMasterKey, SILO_MASTER_KEY_PREVIOUS: testMasterKey };

let cloud: RealCloud;
let old: readonly Credentials[];

beforeAll(async () => {
  cloud = await realCloud(delayMs);
  for (const app of ["whole", ...apps]) cloud.write(app);
  const applied = await cloud.silo(`apply acme-whole ${names}`);
  expect(applied.exitCode, applied.stdout + applied.stderr).toBe(0);
  old = await Promise.all(apps.map((app) => derivedCredentials(cloud, `acme-${app}`)));
}, 120_000);
afterAll(() => cloud.close());

const opens = async (app: string, { anonKey }: Credentials) => {
  const url = `https://devenv-acme-${app}-kong.fly.dev/rest/v1/`;
  return (await cloud.fly.proxy(url, { headers: { apikey: anonKey.reveal() } })).status;
};

test("killed at six moments, all are moved to the new master key by the next run, once", async () => {
  const line = (app: string) => `rotate-master acme-${app}`;
  const whole = await cloud.siloWithSignal(line("whole"), "whole", "SIGKILL", Infinity, moving);
  expect(whole.exitCode, whole.stdout + whole.stderr).toBe(0);
  const killed = await Promise.all(
    moments.map((part, index) => {
      const app = `killed-${index}`;
      return cloud.siloWithSignal(line(app), app, "SIGKILL", Math.ceil(part * whole.calls), moving);
    }),
  );
  expect(killed.map(({ signal }) => signal)).toEqual(moments.map(() => "SIGKILL"));
  const records = () => Promise.all(apps.map((app) => metadataOf(cloud, "kong", `acme-${app}`)));
  const unfinished = (await records()).filter(({ silo_rotation: to }) => to === "2");
  expect(unfinished.length).toBeGreaterThan(2);
  cloud.jump(leaseMs);
  const again = await cloud.silo(`rotate-master ${names}`, moving);
  expect(again.exitCode, again.stdout + again.stderr).toBe(0);
  for (const record of await records()) {
    expect(record).not.toHaveProperty("silo_rotation");
    expect(generationsOn(record)).toHaveLength(2);
  }
  for (const [index, app] of apps.entries()) {
    await expectWhole(cloud, { prefix: `devenv-acme-${app}` });
    const now = await derivedCredentials(cloud, `acme-${app}`, otherMasterKey);
    const before = old[index];
    if (!before) throw new Error(`No credentials of ${app} were kept`);
    expect([await opens(app, before), await opens(app, now)], app).toEqual([401, 200]);
  }
  const plan = await cloud.silo(`plan ${names} --detailed-exitcode`);
  expect(plan.exitCode, plan.stdout).toBe(0);
}, 120_000);
