/** A service that failed two checks in a row: who loses what, who is warned, and how it comes back. */

import { expect, test } from "vitest";
import type { CloudOptions } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { destroyByHand, stopByHand } from "./by-hand.ts";
import {
  aRepo,
  cloudWith,
  expectedWhileDegraded,
  expectedWhileRunning,
  handOutsSince,
  hubOf,
  nothing,
  repo,
  standing,
} from "./handed-out.ts";
import { expectWhole } from "./stacks.ts";

const gotrue = "devenv-acme-erp-auth";

async function running(more: Partial<CloudOptions> = {}) {
  const cloud = cloudWith(aRepo(), more);
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  await cloud.clock.sleep(60_000);
  return cloud;
}

type Running = Awaited<ReturnType<typeof running>>;

const statusOf = async (cloud: Running) =>
  JSON.parse((await cloud.run("status acme-erp --format json")).stdout);

async function expectSettled(cloud: Running) {
  await cloud.clock.sleep(60_000);
  const before = hubOf(cloud).requests.length;
  const again = await cloud.run("apply acme-erp");
  expect(again, again.stdout).toMatchObject({ exitCode: 0, writes: [] });
  expect(again.stdout).toContain("nothing to do");
  expect(handOutsSince(cloud, before)).toEqual([]);
  return again;
}

test("a service that hangs takes the developers' rows away, and its recovery gives them back", async () => {
  const cloud = await running();
  const whole = await expectedWhileRunning(cloud);
  cloud.fly.control.setHanging(gotrue, true);
  const plan = await cloud.run("plan acme-erp --detailed-exitcode");
  expect(plan).toMatchObject({ exitCode: 3, writes: [] });
  expect(plan.stdout).toContain("Record that acme-erp is degraded: gotrue");

  const applied = await cloud.run("apply acme-erp");
  expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
  expect(applied.stderr).toMatch(/acme-erp is degraded since .* UTC: gotrue is critical/);
  expect(standing(cloud)).toEqual(await expectedWhileDegraded(cloud));
  expect(standing(cloud).devops.SILO_ACME_ERP_UNSAFE).toMatch(/^degraded since 20/);
  const status = await statusOf(cloud);
  expect(status).toMatchObject({
    overall_status: "degraded",
    silo: { silo_status: "degraded" },
    degraded: { services: ["gotrue"] },
    last_error: null,
  });
  expect(Object.keys(status.keys).sort()).toEqual(["github:devops", "github:security-auditor"]);
  expect((await cloud.run("why acme-erp")).stdout).toMatch(
    /^acme-erp is degraded since \d{4}-\d\d-\d\d \d\d:\d\d UTC: gotrue is critical; it is to be running/,
  );
  expect(JSON.parse((await cloud.run("context acme-erp --role dev-worker")).stdout)).toEqual({});
  const devops = JSON.parse((await cloud.run("context acme-erp --role devops")).stdout);
  expect(devops).toMatchObject({ status: "degraded", unsafe: true });
  expect((await expectSettled(cloud)).stderr).toContain("is degraded since");

  cloud.fly.control.setHanging(gotrue, false);
  expect((await cloud.run("why acme-erp")).stdout).toContain("gotrue is well again");
  const back = await cloud.run("apply");
  expect(back, back.stdout).toMatchObject({ exitCode: 0 });
  expect(standing(cloud)).toEqual(whole);
  expect(await statusOf(cloud)).toMatchObject({ overall_status: "running", degraded: null });
  await expectSettled(cloud);
  expect(cloud.violations()).toEqual([]);
});

test("one failed look is no degradation, and nobody waits for a silo that is well", async () => {
  const cloud = await running();
  cloud.fly.control.setHanging(gotrue, true);
  void cloud.clock.sleep(5_000).then(() => cloud.fly.control.setHanging(gotrue, false));
  const applied = await cloud.run("apply acme-erp");
  expect(applied).toMatchObject({ exitCode: 0, writes: [] });
  expect(applied.ms).toBeGreaterThanOrEqual(10_000);
  expect(applied.stderr).toContain("acme-erp: gotrue fails; looking again in 10 s");
  expect((await cloud.run("status acme-erp")).ms).toBeLessThan(10_000);
});

test("an approved plan is applied although a silo it does nothing to hangs, and the next apply sees to that", async () => {
  const cloud = await running();
  await cloud.run("plan --out plan.json");
  cloud.fly.control.setHanging(gotrue, true);
  expect(await cloud.run("apply --plan plan.json")).toMatchObject({ exitCode: 0, writes: [] });
  await cloud.run("plan acme-erp --out plan.json");
  expect(await cloud.run("apply --plan plan.json")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud)).toEqual(await expectedWhileDegraded(cloud));
});

test("a silo works without its console", async () => {
  const cloud = await running();
  cloud.fly.control.setHanging("devenv-acme-erp-studio", true);
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0, writes: [] });
  expect((await statusOf(cloud)).overall_status).toBe("running");
});

test.each([
  ["stopped", "apply", stopByHand],
  ["stopped", "apply acme-erp", stopByHand],
  ["destroyed", "apply", destroyByHand],
])("a machine that somebody %s is mended by `%s`", async (_what, line, byHand) => {
  const cloud = await running();
  const whole = await expectedWhileRunning(cloud);
  const before = await statusOf(cloud);
  await byHand(cloud, gotrue);
  expect((await statusOf(cloud)).overall_status).toBe("degraded");
  const since = hubOf(cloud).requests.length;
  const applied = await cloud.run(line);
  expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
  await expectWhole(cloud);
  expect(standing(cloud)).toEqual(whole);
  // Devops' and the auditor's secrets stay as they are.
  const secrets = handOutsSince(cloud, since).filter((one) => one.includes("/secrets/"));
  const anonKey = `/repos/${repo}/actions/secrets/SILO_ACME_ERP_SUPABASE_ANON_KEY`;
  expect(secrets).toEqual([`DELETE ${anonKey}`, `PUT ${anonKey}`]);
  const after = await statusOf(cloud);
  expect(after).toMatchObject({ overall_status: "running", degraded: null });
  expect(after.devenv.last_started_at).toBe(before.devenv.last_started_at);
  await expectSettled(cloud);
});

test("what cannot be mended stays degraded, and the run that mends it gives all back", async () => {
  let isBroken = false;
  const cloud = await running({
    wrap: (fetch) => async (input, init) =>
      isBroken && /-auth\/machines\/\w+\/start$/.test(String(input))
        ? Response.json({ error: "no capacity" }, { status: 422 })
        : fetch(input, init),
  });
  const whole = await expectedWhileRunning(cloud);
  await stopByHand(cloud, gotrue);
  isBroken = true;
  expect((await cloud.run("apply")).exitCode).toBe(1);
  expect(standing(cloud)).toEqual(await expectedWhileDegraded(cloud));
  expect(await statusOf(cloud)).toMatchObject({ overall_status: "degraded" });
  isBroken = false;
  // A start mends as well.
  expect(await cloud.run("start acme-erp")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud)).toEqual(whole);
  await expectSettled(cloud);
});

test("another service that fails later is added, and since when it is degraded stays", async () => {
  const cloud = await running();
  cloud.fly.control.setHanging(gotrue, true);
  await cloud.run("apply acme-erp");
  const { since } = (await statusOf(cloud)).degraded;
  cloud.fly.control.setHanging("devenv-acme-erp-storage", true);
  await cloud.run("apply acme-erp");
  expect((await statusOf(cloud)).degraded).toEqual({ since, services: ["gotrue", "storage"] });
  expect(standing(cloud)).toEqual(await expectedWhileDegraded(cloud));
  await expectSettled(cloud);
});

test.each(["stop", "restart", "rotate"])(
  "%s of a degraded silo leaves what the matrix says",
  async (verb) => {
    const cloud = await running();
    cloud.fly.control.setHanging(gotrue, true);
    await cloud.run("apply acme-erp");
    cloud.fly.control.setHanging(gotrue, false);
    expect(await cloud.run(`${verb} acme-erp`)).toMatchObject({ exitCode: 0 });
    expect(standing(cloud)).toEqual(verb === "stop" ? nothing : await expectedWhileRunning(cloud));
    if (verb === "stop") await cloud.run("start acme-erp");
    expect(standing(cloud)).toEqual(await expectedWhileRunning(cloud));
    expect(await statusOf(cloud)).toMatchObject({ overall_status: "running", degraded: null });
    await expectSettled(cloud);
  },
);

test("while GitHub cannot be reached the record says degraded, and the next run withdraws", async () => {
  let isDown = false;
  const cloud = await running({
    wrapGitHub: (fetch) => async (input, init) => {
      if (isDown) throw new TypeError("fetch failed");
      return fetch(input, init);
    },
  });
  cloud.fly.control.setHanging(gotrue, true);
  isDown = true;
  expect((await cloud.run("apply acme-erp")).exitCode).toBe(1);
  expect(await statusOf(cloud)).toMatchObject({ overall_status: "degraded" });
  expect(JSON.parse((await cloud.run("context acme-erp --role dev-worker")).stdout)).toEqual({});
  isDown = false;
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud)).toEqual(await expectedWhileDegraded(cloud));
});

test("developers' environments are emptied where the rows are in environments", async () => {
  const cloud = await running({
    files: {
      "silos/acme-erp.yml": specText(),
      "silo.config.yml": "github: { secrets_scope: environment }\n",
    },
  });
  const rowOf = (role: string) =>
    hubOf(cloud).reveal(repo, { environment: `silo-acme-erp-${role}` });
  for (const role of ["dev-worker", "dev-orchestrator"]) expect(rowOf(role).secrets.size).toBe(1);
  cloud.fly.control.setHanging(gotrue, true);
  await cloud.run("apply acme-erp");
  for (const role of ["dev-worker", "dev-orchestrator"]) {
    expect(rowOf(role)).toEqual({ secrets: new Map(), variables: new Map() });
  }
  expect(rowOf("devops").variables.has("SILO_ACME_ERP_UNSAFE")).toBe(true);
});

test("drift names it, and `drift --heal` withdraws, starts what is down, and gives back", async () => {
  const cloud = await running();
  const whole = await expectedWhileRunning(cloud);
  cloud.fly.control.setHanging(gotrue, true);
  const seen = await cloud.run("drift");
  expect(seen).toMatchObject({ exitCode: 3, writes: [] });
  expect(seen.stdout).toContain("It is degraded: gotrue failed two checks in a row");
  // Somebody has to look at what runs and fails.
  expect((await cloud.run("drift --heal")).exitCode).toBe(3);
  expect(standing(cloud)).toEqual(await expectedWhileDegraded(cloud));

  cloud.fly.control.setHanging(gotrue, false);
  expect((await cloud.run("drift")).stdout).toContain("It was degraded and is well again");
  expect(await cloud.run("drift --heal")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud)).toEqual(whole);

  await stopByHand(cloud, gotrue);
  expect(await cloud.run("drift --heal")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud)).toEqual(whole);
  expect(await cloud.run("drift")).toMatchObject({ exitCode: 0, writes: [] });
});
