import { beforeAll, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import {
  expectGone,
  expectSettled,
  expectWhole,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  stackOf,
} from "./stacks.ts";

const file = "silos/acme-erp.yml";
const unprotectedText = specText({ devenv: "  prevent_destroy: false" });
let guarded: SavedCloud;
let unprotected: SavedCloud;

beforeAll(async () => {
  guarded = await runningSilo();
  unprotected = await runningSilo(unprotectedText);
});

/** Everything an outsider was given: keys and passwords as the services have them. */
async function secretsOf(cloud: Cloud): Promise<Record<string, unknown>> {
  const { apps } = await stackOf(cloud);
  return Object.fromEntries(
    apps.map(({ name, secrets }) => [
      name,
      Object.fromEntries(Object.entries(secrets).map(([key, { value }]) => [key, value])),
    ]),
  );
}

const metadataOf = async (cloud: Cloud, name: string) =>
  (await stackOf(cloud)).machines.find((machine) => machine.name === name)?.versions.at(-1)?.config
    .metadata;

test("is refused while the live state is protected, whatever the spec says", async () => {
  const cloud = await resumeCloud(guarded, { files: { [file]: unprotectedText } });
  for (const line of [
    "destroy acme-erp --allow-destroy",
    "destroy acme-erp --now --allow-destroy",
  ]) {
    const run = await cloud.run(line);
    expect(run).toMatchObject({ exitCode: 4, writes: [] });
    expect(run.stdout).toContain(
      "acme-erp is protected: prevent_destroy is true in its live state",
    );
    expect(run.stdout).toContain("set prevent_destroy: false in silos/acme-erp.yml and apply it");
  }
  await expectWhole(cloud);
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  expect((await cloud.run("destroy acme-erp --now --allow-destroy")).exitCode).toBe(0);
  await expectGone(cloud);
});

test("needs --allow-destroy, after showing what would be destroyed", async () => {
  const cloud = await resumeCloud(unprotected);
  const run = await cloud.run("destroy acme-erp --now");
  expect(run).toMatchObject({ exitCode: 4, writes: [] });
  expect(run.stderr).toContain("Destroy app devenv-acme-erp-pg WITH ITS VOLUME AND DATA");
  expect(run.stderr).toContain("Destroying data needs --allow-destroy");
  expect(await cloud.run("destroy")).toMatchObject({ exitCode: 2 });
  await expectWhole(cloud);
});

test("is refused for more silos at once than the configuration allows", async () => {
  const apps = ["a", "b", "c", "d"];
  const files = Object.fromEntries(apps.map((app) => [`silos/acme-${app}.yml`, specText({ app })]));
  const cloud = aCloud({ files });
  const names = apps.map((app) => `acme-${app}`).join(" ");
  const run = await cloud.run(`destroy ${names} --now --allow-destroy`);
  expect(run).toMatchObject({ exitCode: 4, calls: [] });
  expect(run.stderr).toContain("Destroying 4 silos at once is too many: max_destroy_count is 3");
  cloud.files.write("silo.config.yml", "guards: { max_destroy_count: 1 }\n");
  expect((await cloud.run("destroy acme-a acme-b --allow-destroy")).exitCode).toBe(4);
});

test("of what is not there is done already", async () => {
  const cloud = aCloud({ files: { [file]: unprotectedText } });
  expect(await cloud.run("destroy acme-erp --allow-destroy")).toMatchObject({
    exitCode: 0,
    writes: [],
  });
});

test("keeps the data for some days, and a second one with --now removes it", async () => {
  const cloud = await resumeCloud(unprotected, { latency: "fly" });
  const run = await cloud.run("destroy acme-erp --allow-destroy");
  expect(run.exitCode, run.stdout).toBe(0);
  const { apps, volumes, machines } = await stackOf(cloud);
  expect(apps.map(({ name }) => name).sort()).toEqual([
    "devenv-acme-erp-pg",
    "devenv-acme-erp-storage",
  ]);
  expect(machines.map(({ state }) => state)).toEqual(["stopped", "stopped"]);
  expect(volumes.map(({ snapshots }) => snapshots.length)).toEqual([1, 1]);
  const status = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
  expect(status.overall_status).toBe("destroying");

  // Once more changes nothing: neither the day nor the snapshots.
  const day = (await metadataOf(cloud, "pg-yyz"))?.[keys.destroyAfter];
  await cloud.clock.sleep(86_400_000);
  expect(await cloud.run("destroy acme-erp --allow-destroy")).toMatchObject({
    exitCode: 0,
    writes: [],
  });
  expect((await metadataOf(cloud, "pg-yyz"))?.[keys.destroyAfter]).toBe(day);

  expect((await cloud.run("destroy acme-erp --now --allow-destroy")).exitCode).toBe(0);
  await expectGone(cloud);
  expect(cloud.violations()).toEqual([]);
});

test("after the days are over removes what was kept", async () => {
  const cloud = await resumeCloud(unprotected);
  await cloud.run("destroy acme-erp --allow-destroy");
  await cloud.clock.sleep(8 * 86_400_000);
  expect((await cloud.run("destroy acme-erp --allow-destroy")).exitCode).toBe(0);
  await expectGone(cloud);
});

test.each(["none", "fly"] as const)(
  "within those days an apply brings it back, keys and data, latency %s",
  async (latency) => {
    const cloud = await resumeCloud(unprotected, { latency });
    const secrets = await secretsOf(cloud);
    const ids = (await stackOf(cloud)).volumes.map(({ id }) => id);
    expect((await cloud.run("destroy acme-erp --allow-destroy")).exitCode).toBe(0);
    await cloud.clock.sleep(3 * 86_400_000);
    const refused = await cloud.run("start acme-erp");
    expect(refused.exitCode).toBe(4);
    expect(refused.stdout).toContain("run `silo apply acme-erp` first");

    const run = await cloud.run("apply acme-erp");
    expect(run.exitCode, run.stdout).toBe(0);
    await expectWhole(cloud);
    await expectSettled(cloud);
    expect((await stackOf(cloud)).volumes.map(({ id }) => id)).toEqual(ids);
    expect(await secretsOf(cloud)).toEqual(secrets);
    // No day of destruction is left on it, and it is protected as its spec says.
    const pg = await metadataOf(cloud, "pg-yyz");
    expect(pg?.[keys.destroyAfter]).toBeUndefined();
    expect(pg?.[keys.preventDestroy]).toBeUndefined();
    expect((await metadataOf(cloud, "kong-yyz"))?.[keys.preventDestroy]).toBe("false");
    expect(cloud.violations()).toEqual([]);
  },
);

test("for good, and made again: no old key is any good", async () => {
  const cloud = aCloud({ files: { [file]: unprotectedText } });
  await cloud.run("apply acme-erp");
  const old = JSON.stringify(await secretsOf(cloud));
  await cloud.run("destroy acme-erp --now --allow-destroy");
  await expectGone(cloud);
  expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  await expectWhole(cloud);
  const values = Object.values(await secretsOf(cloud)).flatMap((app) => Object.values(app ?? {}));
  const keysOnly = values.filter((value) => /^[0-9a-f]{64}$|^eyJ/.test(String(value)));
  expect(keysOnly.length).toBeGreaterThan(4);
  expect(keysOnly.filter((value) => old.includes(String(value)))).toEqual([]);
});
