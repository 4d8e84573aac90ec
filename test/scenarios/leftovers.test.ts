/** What is there without what should be there with it, or more often than it should. */

import { beforeAll, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { expectGone, resumeCloud, runningSilo, type SavedCloud, stackOf } from "./stacks.ts";

const file = "silos/acme-erp.yml";
const pg = "devenv-acme-erp-pg";
const kong = "devenv-acme-erp-kong";
const unprotected = specText({ devenv: "  prevent_destroy: false" });
let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo(unprotected);
});

async function call<T>(cloud: Cloud, method: string, path: string, body?: unknown): Promise<T> {
  const response = await cloud.fly.fetch(`http://fly.local/v1/apps/${path}`, {
    method,
    headers: { authorization: "Bearer any" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, `${method} ${path}: ${text}`).toBeLessThan(300);
  await cloud.clock.sleep(1_000);
  return (text ? JSON.parse(text) : undefined) as T;
}

async function removeMachines(cloud: Cloud, app: string): Promise<void> {
  for (const { id } of (await stackOf(cloud)).machines.filter((one) => one.app === app)) {
    await call(cloud, "DELETE", `${app}/machines/${id}?force=true`);
  }
}

const addVolume = (cloud: Cloud, name: string, region = "yyz") =>
  call<{ id: string }>(cloud, "POST", `${pg}/volumes`, { name, region, size_gb: 10 });

/** A second machine as a person may make one: with all that the first has but its volume. */
async function addMachine(cloud: Cloud, app: string, name: string): Promise<string> {
  const [first] = await call<{ config: object }[]>(cloud, "GET", `${app}/machines`);
  const config = { ...first?.config, mounts: [] };
  const made = await call<{ id: string }>(cloud, "POST", `${app}/machines`, {
    name,
    region: "yyz",
    config,
  });
  await cloud.clock.sleep(60_000);
  return made.id;
}

test("data that a destruction kept without a machine is still ours, and --now removes it", async () => {
  const cloud = await resumeCloud(running);
  for (const suffix of ["pg", "storage"]) await removeMachines(cloud, `devenv-acme-erp-${suffix}`);
  expect((await cloud.run("destroy acme-erp --allow-destroy")).exitCode).toBe(0);
  expect((await stackOf(cloud)).machines).toEqual([]);
  expect((await stackOf(cloud)).volumes).toHaveLength(2);

  const status = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
  expect(status.overall_status).toBe("destroying");
  const applied = await cloud.run("apply acme-erp");
  expect(applied).toMatchObject({ exitCode: 4, writes: [] });
  expect(applied.stdout).toContain("nothing tells which keys its data was made with");

  cloud.files.write(file, specText());
  const kept = await cloud.run("destroy acme-erp --now --allow-destroy");
  expect(kept).toMatchObject({ exitCode: 4, writes: [] });
  expect(kept.stdout).toContain(`acme-erp is protected: prevent_destroy is true in ${file}`);
  cloud.files.write(file, unprotected);
  expect((await cloud.run("destroy acme-erp --now --allow-destroy")).exitCode).toBe(0);
  await expectGone(cloud);
});

test("a destruction of what is not there is done, protected or not", async () => {
  const cloud = aCloud({ files: { [file]: specText() } });
  const run = await cloud.run("destroy acme-erp --now --allow-destroy");
  expect(run).toMatchObject({ exitCode: 0, writes: [] });
});

test("a surplus machine is refused by all but a stop, which stops it, too", async () => {
  const cloud = await resumeCloud(running);
  const id = await addMachine(cloud, "devenv-acme-erp-rest", "a-second");
  for (const line of ["apply", "start acme-erp", "restart acme-erp"]) {
    const run = await cloud.run(line);
    expect(run, line).toMatchObject({ exitCode: 4, writes: [] });
    expect(run.stdout).toMatch(new RegExp(`devenv-acme-erp-rest has 2 machines: \\w+, ${id}`));
  }
  expect((await cloud.run("stop acme-erp")).exitCode).toBe(0);
  const states = (await stackOf(cloud)).machines.map(({ state }) => state);
  expect(states).toEqual(Array(7).fill("stopped"));
  expect(cloud.violations()).toEqual([]);
});

test("the record is that of the kong machine of the right name, whichever is listed first", async () => {
  const cloud = await resumeCloud(running);
  const id = await addMachine(cloud, kong, "another");
  for (const { name, ...machine } of (await stackOf(cloud)).machines) {
    if (machine.app !== kong) continue;
    const by = name === "kong-yyz" ? "dispatch" : "budget";
    const metadata = { [keys.powerBy]: by };
    await call(cloud, "PATCH", `${kong}/machines/${machine.id}/metadata`, { metadata });
  }
  const listed = async () =>
    (await call<{ id: string }[]>(cloud, "GET", `${kong}/machines`))[0]?.id;
  const status = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
  expect(status.power.by, `${id} or ${await listed()}`).toBe("dispatch");
});

test("a volume of another name or region is not mounted", async () => {
  const named = await resumeCloud(running);
  await removeMachines(named, pg);
  await addVolume(named, "their_data");
  expect((await named.run("apply")).stdout).toContain('it holds the volume "their_data"');

  const moved = await resumeCloud(running);
  await removeMachines(moved, pg);
  for (const { id } of (await stackOf(moved)).volumes.filter(({ app }) => app === pg)) {
    await call(moved, "DELETE", `${pg}/volumes/${id}`);
  }
  const { id } = await addVolume(moved, "pg_data", "ams");
  const run = await moved.run("apply");
  expect(run).toMatchObject({ exitCode: 4, writes: [] });
  expect(run.stdout).toContain(`The volume ${id} of ${pg} is in ams, the spec says yyz`);
});

test("of two volumes without a machine none is guessed to be the one with the data", async () => {
  const cloud = await resumeCloud(running);
  const { id } = await addVolume(cloud, "pg_data");
  await removeMachines(cloud, pg);
  const run = await cloud.run("apply");
  expect(run).toMatchObject({ exitCode: 4, writes: [] });
  expect(run.stdout).toMatch(new RegExp(`${pg} has no machine and 2 volumes: .*${id}`));
});

test("of two that were made together, before the silo was ever healthy, the oldest is taken", async () => {
  const cloud = await resumeCloud(running);
  const [first] = (await stackOf(cloud)).volumes.filter(({ app }) => app === pg);
  await addVolume(cloud, "pg_data");
  await removeMachines(cloud, pg);
  const record = (await stackOf(cloud)).machines.find(({ app }) => app === kong);
  const metadata = { [keys.firstHealthyAt]: null, [keys.phase]: "provisioning" };
  await call(cloud, "PATCH", `${kong}/machines/${record?.id}/metadata`, { metadata });
  const run = await cloud.run("apply");
  expect(run.exitCode, run.stdout).toBe(0);
  const left = (await stackOf(cloud)).volumes.filter(({ app }) => app === pg);
  const mounted = left.filter(({ attachedTo }) => attachedTo !== undefined);
  expect([left.length, ...mounted.map(({ id }) => id)]).toEqual([2, first?.id]);
});

test("a volume that has grown under a running machine says that it wants a restart", async () => {
  const cloud = await resumeCloud(running);
  const devenv = "  prevent_destroy: false";
  cloud.files.write(file, specText({ devenv, services: "    postgres: { volume_gb: 20 }" }));
  const said = "restart it to use the new size: silo restart acme-erp";
  const grown = await cloud.run("apply");
  expect(grown.exitCode).toBe(0);
  expect(grown.stdout + grown.stderr).toContain(said);
  const services = "    postgres: { volume_gb: 30, memory_mb: 2048 }";
  cloud.files.write(file, specText({ devenv, services }));
  const restarted = await cloud.run("apply");
  expect(restarted.exitCode).toBe(0);
  expect(restarted.stdout + restarted.stderr).not.toContain(said);
});

test("no SQL goes to a machine that is somebody else's", async () => {
  const cloud = await resumeCloud(running);
  const row = (await stackOf(cloud)).machines.find(({ app }) => app === pg);
  const metadata = { [keys.managerId]: "other" };
  await call(cloud, "PATCH", `${pg}/machines/${row?.id}/metadata`, { metadata });
  const run = await cloud.run('psql acme-erp -c "select 1"');
  expect(run).toMatchObject({ exitCode: 4, writes: [] });
  expect(run.stderr).toContain(`${pg} is not this silo's: its machine ${row?.id} belongs to`);
});

test("a region that Fly does not take new machines in stops only what is to be made there", async () => {
  const crm = { "silos/acme-crm.yml": specText({ app: "crm" }) };
  const cloud = await resumeCloud(running, {
    files: crm,
    wrap: (fetch) => async (url, init) => {
      const response = await fetch(url, init);
      if (!String(url).includes("/platform/regions")) return response;
      const text = (await response.text()).replaceAll('"yyz"', '"yyz-was"');
      return new Response(text, response);
    },
  });
  const run = await cloud.run("apply");
  expect(run.exitCode).toBe(4);
  expect(run.stdout).toContain("silos/acme-crm.yml: Fly does not know the region yyz");
  expect(run.stdout).not.toContain("silos/acme-erp.yml: Fly");
  const edit = specText({
    devenv: "  prevent_destroy: false",
    services: "    studio: { enabled: false }",
  });
  cloud.files.write(file, edit);
  for (const line of ["apply acme-erp", "stop acme-erp", "start acme-erp"]) {
    expect((await cloud.run(line)).exitCode, line).toBe(0);
  }
});
