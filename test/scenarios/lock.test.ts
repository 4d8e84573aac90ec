import { beforeAll, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import type { Fetch } from "#world/effects.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import {
  expectSettled,
  expectWhole,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  stackOf,
} from "./stacks.ts";

const file = "silos/acme-erp.yml";
const edited = specText({ services: "    gotrue: { memory_mb: 512 }" });
const editedTwice = specText({
  services: "    gotrue: { memory_mb: 512 }\n    studio: { memory_mb: 2048 }",
});
let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
});

/** Calls `meanwhile` once, just before the first call that fits is passed on. */
const before =
  (fits: (method: string, path: string) => boolean, meanwhile: () => Promise<unknown>) =>
  (fetch: Fetch): Fetch => {
    let isDue = true;
    return async (input, init) => {
      const isNow = isDue && fits(init?.method ?? "GET", new URL(String(input)).pathname);
      if (isNow) {
        isDue = false;
        await meanwhile();
      }
      return fetch(input, init);
    };
  };

const takesLock = (method: string, path: string) => method === "POST" && path.endsWith("/lease");

async function api<T>(cloud: Cloud, method: string, path: string, more: RequestInit = {}) {
  const headers = { authorization: "Bearer any", ...more.headers };
  const response = await cloud.fly.fetch(`http://fly.local/v1${path}`, {
    ...more,
    method,
    headers,
  });
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function machineOf(cloud: Cloud, name: string): Promise<string> {
  const row = (await stackOf(cloud)).machines.find((machine) => machine.name === name);
  return `/apps/${row?.app}/machines/${row?.id}`;
}

/** Somebody else's change of a machine. */
const meddle = async (cloud: Cloud) =>
  api(cloud, "PATCH", `${await machineOf(cloud, "storage-yyz")}/metadata`, {
    body: JSON.stringify({ metadata: { [keys.specDigest]: "somebody else's" } }),
  });

test("a second command waits for the first and says for whom", async () => {
  const cloud = await resumeCloud(running, { latency: "fly" });
  const [restarted, stopped] = await Promise.all([
    cloud.run("restart acme-erp"),
    cloud.run("stop acme-erp"),
  ]);
  expect(restarted, restarted.stdout).toMatchObject({ exitCode: 0 });
  expect(stopped, stopped.stdout).toMatchObject({ exitCode: 0 });
  expect(restarted.stderr + stopped.stderr).toContain("acme-erp is being changed by test; waiting");
  await expectSettled(cloud);
  expect(cloud.violations()).toEqual([]);
});

test("one that waits too long ends with who has the lock", async () => {
  const cloud = await resumeCloud(running);
  const path = `${await machineOf(cloud, "kong-yyz")}/lease`;
  const body = JSON.stringify({ description: "ada on laptop", ttl: 3_600 });
  await api(cloud, "POST", path, { body });
  const run = await cloud.run("stop acme-erp");
  expect(run).toMatchObject({ exitCode: 4, writes: [] });
  expect(run.stdout).toContain("acme-erp is being changed by ada on laptop");
  expect(run.stdout).toContain("run the same command again when that one has ended");
  await expectWhole(cloud);
});

test("two first creations at once make one silo", async () => {
  for (const latency of ["none", "fly"] as const) {
    const cloud = aCloud({ latency, files: { [file]: specText() } });
    const runs = await Promise.all([cloud.run("apply acme-erp"), cloud.run("apply acme-erp")]);
    // The second one finds the work done, or that it was changed meanwhile.
    expect(runs.map(({ exitCode }) => exitCode)).toContain(0);
    for (const { exitCode, stdout } of runs) {
      if (exitCode !== 0) expect([exitCode, stdout]).toEqual([4, expect.stringContaining("fix:")]);
    }
    await expectWhole(cloud);
    await expectSettled(cloud);
    expect(cloud.violations()).toEqual([]);
  }
});

test("when the lease is stolen the run stops", async () => {
  let stolenAt = Number.POSITIVE_INFINITY;
  const steal = async () => {
    const path = `${await machineOf(cloud, "kong-yyz")}/lease`;
    const { data } = await api<{ data: { nonce: string } }>(cloud, "GET", path);
    const headers = { "fly-machine-lease-nonce": data.nonce };
    await api(cloud, "DELETE", path, { headers });
    await api(cloud, "POST", path, { body: JSON.stringify({ description: "thief", ttl: 600 }) });
    stolenAt = cloud.clock.now();
  };
  const cloud = aCloud({
    latency: "fly",
    files: { [file]: specText() },
    wrap: before((method, path) => method === "POST" && path.endsWith("/volumes"), steal),
  });
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain("the lease on its kong machine was lost");
  const late = cloud.fly.requests.filter(
    // The lease is refreshed every ten seconds.
    ({ method, atMs, path }) =>
      method !== "GET" && !path.endsWith("/lease") && atMs > stolenAt + 11_000,
  );
  expect(late).toEqual([]);
  await cloud.clock.sleep(600_000);
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  await expectWhole(cloud);
});

test("what changed between the plan and the lock is refused and said", async () => {
  const cloud = await resumeCloud(running, {
    files: { [file]: edited },
    wrap: before(takesLock, () => meddle(cloud)),
  });
  const run = await cloud.run("apply acme-erp");
  expect(run).toMatchObject({ exitCode: 4, writes: [] });
  expect(run.stdout).toContain("acme-erp was changed by somebody else meanwhile");
  expect(run.stdout).toContain("new step: Update machine storage-yyz");
  expect(run.calls.at(-1)?.action).toBe("lease.release");
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  await expectSettled(cloud);
});

test("what another run has done meanwhile is not done again", async () => {
  const cloud = await resumeCloud(running, { files: { [file]: edited } });
  const runs = await Promise.all([cloud.run("apply acme-erp"), cloud.run("apply acme-erp")]);
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const updates = runs.flatMap(({ calls }) =>
    calls.filter(({ action }) => action === "machine.update"),
  );
  expect(updates).toHaveLength(1);
});

test("an approved plan of an unmoved world is done", async () => {
  const cloud = await resumeCloud(running, { files: { [file]: edited } });
  const plan = await cloud.run("plan acme-erp --out plan.json");
  expect(plan).toMatchObject({ exitCode: 0, writes: [] });
  expect(await cloud.run("apply --plan plan.json")).toMatchObject({ exitCode: 0 });
  await expectSettled(cloud);
});

test("an approved plan of a moved world is refused with what moved", async () => {
  const cloud = await resumeCloud(running, { files: { [file]: edited } });
  await cloud.run("plan acme-erp --out plan.json");
  await meddle(cloud);
  const run = await cloud.run("apply --plan plan.json");
  expect(run).toMatchObject({ exitCode: 4, writes: [] });
  expect(run.stderr).toContain("The world moved since the plan was made");
  expect(run.stderr).toContain("acme-erp: new step: Update machine storage-yyz");
});

test("a spec that changed after its approval is refused, whatever its steps say", async () => {
  const cloud = await resumeCloud(running, { files: { [file]: edited } });
  await cloud.run("plan acme-erp --out plan.json");
  cloud.files.write(file, specText({ services: "    gotrue: { memory_mb: 2048 }" }));
  const run = await cloud.run("apply --plan plan.json");
  expect(run).toMatchObject({ exitCode: 4, writes: [] });
  expect(run.stderr).toContain("acme-erp: its spec was changed");
});

test("a plan that names no silo applies none, and a plan takes no other names", async () => {
  const cloud = await resumeCloud(running, { files: { [file]: edited } });
  await cloud.run("plan acme-erp --out plan.json");
  const plan = JSON.parse(new TextDecoder().decode(cloud.files.read("plan.json")));
  cloud.files.write("none.json", JSON.stringify({ ...plan, silos: [] }));
  expect(await cloud.run("apply --plan none.json")).toMatchObject({ exitCode: 0, calls: [] });
  expect(await cloud.run("apply acme-erp --plan plan.json")).toMatchObject({
    exitCode: 2,
    calls: [],
  });
});

test("only an apply lifts a protection, and its plan shows that it does", async () => {
  const cloud = await resumeCloud(running, {
    files: { [file]: specText({ devenv: "  prevent_destroy: false" }) },
  });
  await cloud.run("stop acme-erp");
  expect((await cloud.run("destroy acme-erp --allow-destroy")).exitCode).toBe(4);
  expect((await cloud.run("plan acme-erp")).stdout).toContain("prevent_destroy: true → false");
});

test("asked again without a reason, the one that was given stays; named twice it is one silo", async () => {
  const cloud = await resumeCloud(running, { files: { [file]: specText() } });
  await cloud.run('stop acme-erp --reason "lunch"');
  const again = await cloud.run("stop acme-erp acme-erp-silo-001");
  expect(again).toMatchObject({ exitCode: 0, writes: [] });
  expect((await cloud.run("why acme-erp")).stdout).toContain("lunch");
});

test("of an approved plan that is partly done the rest is done", async () => {
  const cloud = await resumeCloud(running, { files: { [file]: editedTwice } });
  await cloud.run("plan acme-erp --out plan.json");
  cloud.files.write(file, edited);
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  cloud.files.write(file, editedTwice);
  const run = await cloud.run("apply --plan plan.json");
  expect(run.exitCode, run.stderr).toBe(0);
  const updated = run.calls.filter(({ action }) => action === "machine.update");
  expect(updated.map(({ path }) => path)).toEqual([expect.stringContaining("-studio/")]);
  await expectSettled(cloud);
});
