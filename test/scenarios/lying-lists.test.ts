import { beforeAll, expect, test } from "vitest";
import type { FaultRule } from "#emulators/faults.ts";
import type { Fetch } from "#world/effects.ts";
import { emptied } from "../simulation/trouble.ts";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { aRepo, cloudWith, nothing, standing } from "./handed-out.ts";
import {
  expectSettled,
  expectWhole,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  stackOf,
} from "./stacks.ts";

const file = "silos/acme-erp.yml";
let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
});

const empty = (path: string, times?: number): FaultRule => ({
  match: { method: "GET", path, ...(times !== undefined && { times }) },
  answer: "empty-list",
});

const orgLists = [empty("/v1/apps"), empty("/v1/orgs/**")];
const appLists = ["machines", "volumes", "ip_assignments", "secrets"].map(
  (list) => `/v1/apps/*/${list}`,
);

const edited = specText({
  services: "    gotrue: { memory_mb: 512 }\n    storage: { volume_gb: 9 }",
});

test("empty lists of the organisation make nothing and remove nothing", async () => {
  const cloud = await resumeCloud(running, { faults: orgLists });
  const before = await stackOf(cloud);
  for (const line of ["plan acme-erp --detailed-exitcode", "apply"]) {
    expect(await cloud.run(line)).toMatchObject({ exitCode: 0, writes: [] });
  }
  expect(await stackOf(cloud)).toEqual(before);
  expect(cloud.violations()).toEqual([]);
});

test.each([...appLists, "/v1/apps/*/*"])(
  "while %s is empty as well, nothing changes",
  async (path) => {
    // Fourteen answers: for one app in six, that is a few seconds.
    const cloud = await resumeCloud(running, { faults: [...orgLists, empty(path, 14)] });
    const before = await stackOf(cloud);
    const run = await cloud.run("apply acme-erp");
    expect(run.writes).toEqual([]);
    expect(await stackOf(cloud)).toEqual(before);
    expect((await cloud.run("apply acme-erp")).writes).toEqual([]);
    expect(cloud.violations()).toEqual([]);
  },
);

test("lists that stay empty end in an error, never in a second machine or volume", async () => {
  const faults = [...orgLists, empty("/v1/apps/*/machines"), empty("/v1/apps/*/volumes")];
  const cloud = await resumeCloud(running, { faults, files: { [file]: edited } });
  const before = await stackOf(cloud);
  const run = await cloud.run("apply acme-erp");
  expect(run).toMatchObject({ exitCode: 1, writes: [] });
  expect(run.stderr).toContain("it lists none, though the app counts 1");
  expect(await stackOf(cloud)).toEqual(before);
});

test("an edit is made in spite of empty lists of the organisation", async () => {
  const cloud = await resumeCloud(running, { faults: orgLists, files: { [file]: edited } });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  await expectWhole(cloud);
  expect((await stackOf(cloud)).volumes.map(({ sizeGb }) => sizeGb).sort()).toEqual([10, 9]);
});

test("a volume that only its organisation still lists is not made a second time", async () => {
  const cloud = await resumeCloud(running);
  const machine = (await stackOf(cloud)).machines.find(({ name }) => name === "storage-yyz");
  const path = `/v1/apps/devenv-acme-erp-storage/machines/${machine?.id}?force=true`;
  const headers = { authorization: "Bearer any" };
  expect(
    (await cloud.fly.fetch(`http://fly.local${path}`, { method: "DELETE", headers })).status,
  ).toBe(200);
  const without = { state: cloud.fly.save(), files: running.files };
  const lying = await resumeCloud(without, { faults: [empty("/v1/apps/*-storage/volumes")] });
  const run = await lying.run("apply acme-erp");
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain("the list of its organisation has one");
  expect((await stackOf(lying)).volumes).toHaveLength(2);
  const honest = await resumeCloud({ state: lying.fly.save(), files: running.files });
  expect(await honest.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  await expectWhole(honest);
});

test("regions that do not answer are said, and the silo is read by itself", async () => {
  const faults: FaultRule[] = [
    { match: { path: "/v1/orgs/**" }, answer: "partial", regions: ["yyz"] },
  ];
  const cloud = await resumeCloud(running, { faults });
  const run = await cloud.run("apply acme-erp");
  expect(run).toMatchObject({ exitCode: 0, writes: [] });
  expect(run.stderr).toContain("acme-erp: Fly did not answer for yyz");
});

test.each([
  ["every third call", { match: { every: 3 } }],
  ["four calls in ten", { match: { probability: 0.4 } }],
  ["the first three writes", { match: { method: "POST", times: 3 } }],
])("a storm of 429 for %s is only slower", async (_name, rule) => {
  const faults: FaultRule[] = [{ ...rule, answer: { status: 429, body: { error: "slow down" } } }];
  const cloud = aCloud({ files: { [file]: specText() }, faults });
  let runs = 1;
  while ((await cloud.run("apply acme-erp")).exitCode !== 0) runs++;
  expect(runs).toBeLessThanOrEqual(2);
  await expectWhole(cloud);
  expect(cloud.violations()).toEqual([]);
});

test("a silo is made under the documented limits without one 429", async () => {
  const cloud = aCloud({ files: { [file]: specText() }, latency: "fly" });
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode).toBe(0);
  expect(run.calls.filter(({ status }) => status === 429)).toEqual([]);
  await expectSettled(cloud);
});

/** From `lie` on GitHub's lists of names are empty, and all else of it works. */
function forgetful() {
  let isLying = false;
  const wrapGitHub =
    (fetch: Fetch): Fetch =>
    async (input, init) => {
      const response = await fetch(input, init);
      const isNames = /\/(secrets|variables)$/.test(new URL(String(input)).pathname);
      return isLying && isNames && response.ok ? emptied(response) : response;
    };
  const cloud = cloudWith(aRepo(), { wrapGitHub, isHeldToContract: false });
  const lie = () => {
    isLying = true;
  };
  return { cloud, lie };
}

test("what was handed out is taken back, though GitHub lists nothing of it", async () => {
  const { cloud, lie } = forgetful();
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud).devops).not.toEqual({});
  lie();
  expect(await cloud.run("stop acme-erp")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud)).toEqual(nothing);
});

test("a warning of a degraded silo goes with its recovery, though GitHub lists nothing", async () => {
  const { cloud, lie } = forgetful();
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  cloud.fly.control.setHanging("devenv-acme-erp-auth", true);
  await cloud.clock.sleep(60_000);
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud).devops).toHaveProperty("SILO_ACME_ERP_UNSAFE");
  cloud.fly.control.setHanging("devenv-acme-erp-auth", false);
  lie();
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud).devops).not.toHaveProperty("SILO_ACME_ERP_UNSAFE");
});

test("what a spec no longer has is taken back, though GitHub lists nothing", async () => {
  const { cloud, lie } = forgetful();
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud).devops).toHaveProperty("SILO_ACME_ERP_STUDIO_PASSWORD");
  lie();
  cloud.files.write(file, specText({ services: "    studio: { enabled: false }" }));
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud).devops).not.toHaveProperty("SILO_ACME_ERP_STUDIO_PASSWORD");
});
