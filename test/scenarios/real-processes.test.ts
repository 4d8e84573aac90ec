import { afterAll, beforeAll, expect, test } from "vitest";
import { type RealCloud, realCloud } from "./real-processes.ts";
import { expectWhole, stackOf } from "./stacks.ts";

/** With it an apply takes a second or two. */
const delayMs = 15;
const leaseMs = 31_000;
let cloud: RealCloud;

beforeAll(async () => {
  cloud = await realCloud(delayMs);
});
afterAll(() => cloud.close());

/** Parts of a whole apply, from its first calls to its last. */
const moments = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 0.95];
const timeoutMs = 120_000;

test("an apply that is killed with SIGKILL at ten moments is completed by the next one", {
  timeout: timeoutMs,
}, async () => {
  cloud.write("whole");
  const { calls } = await cloud.siloWithSignal("apply acme-whole", "whole", "SIGKILL", Infinity);
  expect(calls).toBeGreaterThan(40);
  const apps = moments.map((_, index) => `killed-${index}`);
  for (const app of apps) cloud.write(app);
  const killed = await Promise.all(
    moments.map((part, index) => {
      const app = `killed-${index}`;
      return cloud.siloWithSignal(`apply acme-${app}`, app, "SIGKILL", Math.ceil(part * calls));
    }),
  );
  expect(killed.map(({ signal }) => signal)).toEqual(moments.map(() => "SIGKILL"));
  const { machines } = await stackOf(cloud);
  // Most of them died with the lock in their hands.
  expect(machines.filter(({ lease }) => lease !== undefined).length).toBeGreaterThan(5);
  cloud.jump(leaseMs);
  const names = apps.map((app) => `acme-${app}`).join(" ");
  const again = await cloud.silo(`apply ${names}`);
  expect(again.exitCode, again.stdout + again.stderr).toBe(0);
  for (const app of apps) await expectWhole(cloud, { prefix: `devenv-acme-${app}` });
  const plan = await cloud.silo(`plan ${names} --detailed-exitcode`);
  expect(plan.exitCode, plan.stdout).toBe(0);
});

test.concurrent("two applies of the same new silo at once make one silo", {
  timeout: timeoutMs,
}, async () => {
  cloud.write("twice");
  const runs = await Promise.all([cloud.silo("apply acme-twice"), cloud.silo("apply acme-twice")]);
  expect(runs.map(({ exitCode }) => exitCode)).toContain(0);
  for (const { exitCode, stdout } of runs) {
    if (exitCode !== 0) expect([exitCode, stdout]).toEqual([4, expect.stringContaining("fix:")]);
  }
  await expectWhole(cloud, { prefix: "devenv-acme-twice" });
});

test.concurrent.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s ends an apply with %i and gives the lock back",
  { timeout: timeoutMs },
  async (signal, exitCode) => {
    const app = signal.toLowerCase();
    cloud.write(app);
    const run = await cloud.siloWithSignal(`apply acme-${app}`, app, signal, 30);
    expect(run).toMatchObject({ exitCode, signal: null });
    const { machines } = await stackOf(cloud);
    const kong = machines.find((row) => row.app === `devenv-acme-${app}-kong`);
    expect(kong).toMatchObject({ name: "kong-yyz" });
    expect(kong?.lease).toBeUndefined();
    const again = await cloud.silo(`apply acme-${app}`);
    expect(again.exitCode, again.stdout + again.stderr).toBe(0);
    await expectWhole(cloud, { prefix: `devenv-acme-${app}` });
  },
);

test.concurrent("whoever hangs up, as head does, stops no work", {
  timeout: timeoutMs,
}, async () => {
  cloud.write("unheard");
  expect(await cloud.siloUnheard("apply acme-unheard")).toMatchObject({
    exitCode: 0,
    signal: null,
  });
  await expectWhole(cloud, { prefix: "devenv-acme-unheard" });
});

test("without FLY_API_TOKEN nothing is asked, and the text says how to get one", async () => {
  cloud.write("tokenless");
  const count = cloud.fly.requests.length;
  const run = await cloud.silo("apply acme-tokenless", { FLY_API_TOKEN: "" });
  expect(run).toMatchObject({ exitCode: 2, stdout: "" });
  expect(run.stderr).toContain("FLY_API_TOKEN is not set");
  expect(run.stderr).toContain("fly tokens create org");
  expect(cloud.fly.requests.length).toBe(count);
});
