import { beforeAll, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { expectSettled, resumeCloud, runningSilo, type SavedCloud, stackOf } from "./stacks.ts";

const file = "silos/acme-erp.yml";
const inRegion = (region: string) => specText({ devenv: `  fly_region: ${region}` });
let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
});

/** Machines and volumes by where they are: `kong-ams started`, `pg_data ams mounted`. */
async function shape(cloud: Cloud) {
  const { machines, volumes } = await stackOf(cloud);
  return {
    machines: machines.map(({ name, state }) => `${name} ${state}`).sort(),
    volumes: volumes
      .map(({ name, region, attachedTo }) => `${name} ${region} ${attachedTo ? "mounted" : "free"}`)
      .sort(),
  };
}

const suffixes = ["auth", "kong", "pg", "rest", "storage", "studio"];
const at = (region: string, state: string) => suffixes.map((one) => `${one}-${region} ${state}`);
const kept = (home: string, old: string) =>
  [
    `pg_data ${home} mounted`,
    `pg_data ${old} free`,
    `storage_data ${home} mounted`,
    `storage_data ${old} free`,
  ].sort();

test("a silo moves with its data: same addresses, same secrets, the source kept for days", async () => {
  const cloud = await resumeCloud(running);
  const before = await stackOf(cloud);
  cloud.files.write(file, inRegion("ams"));
  const plan = await cloud.run("plan acme-erp");
  expect(plan).toMatchObject({ exitCode: 0, writes: [] });
  expect(plan.stdout).toContain("Copy volume pg_data of devenv-acme-erp-pg, 10 GB, to ams");
  expect(plan.stdout).toContain(
    "Make ams the home of acme-erp; its volumes in yyz are kept 7 days",
  );
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  expect(await shape(cloud)).toEqual({
    machines: at("ams", "started"),
    volumes: kept("ams", "yyz"),
  });
  const after = await stackOf(cloud);
  for (const what of ["ips", "secrets"] as const) {
    expect(after.apps.map((app) => app[what])).toEqual(before.apps.map((app) => app[what]));
  }
  await expectSettled(cloud);

  await cloud.clock.sleep(8 * 86_400_000);
  const late = await cloud.run("apply acme-erp");
  expect(late.exitCode, late.stdout).toBe(0);
  expect((await shape(cloud)).volumes).toEqual(["pg_data ams mounted", "storage_data ams mounted"]);
  await expectSettled(cloud);
  const kong = after.machines.find(({ name }) => name === "kong-ams");
  expect(kong?.versions.at(-1)?.config.metadata?.[keys.staged]).toBeUndefined();
  expect(cloud.violations()).toEqual([]);
});

test("what fly_region says is changed where it stands, and nothing else", async () => {
  const text = specText({ devenv: "  fly_region: yyz # near the team\n  # a comment" });
  const cloud = await resumeCloud(running, { files: { [file]: text } });
  const run = await cloud.run("move acme-erp ams");
  expect(run).toMatchObject({ exitCode: 0, calls: [] });
  expect(cloud.files.content.get(file)).toBe(text.replace("yyz", "ams"));
  expect(await cloud.run("move acme-erp ams")).toMatchObject({ exitCode: 0 });

  cloud.files.write(file, specText());
  expect(await cloud.run("move acme-erp ams --format json")).toMatchObject({ exitCode: 0 });
  expect(cloud.files.content.get(file)).toContain(
    "devenv:\n  fly_region: ams\n  fly_org: acme-erp\n",
  );
});

test.each([
  ["move acme-erp", "Name a silo and the region it is to move to"],
  ["move acme-erp yul", "Fly takes nothing new in yul"],
  ["move acme-erp xyz", '"xyz" is not a region of Fly'],
])("%s is refused", async (line, text) => {
  const cloud = await resumeCloud(running);
  const run = await cloud.run(line);
  expect(run).toMatchObject({ exitCode: 2, calls: [] });
  expect(run.stderr).toContain(text);
});

test("a silo moves back over what it has left, and again", async () => {
  const cloud = await resumeCloud(running, { latency: "fly" });
  for (const region of ["ams", "yyz", "ams"]) {
    expect(await cloud.run(`move acme-erp ${region}`)).toMatchObject({ exitCode: 0 });
    const run = await cloud.run("apply acme-erp");
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    await expectSettled(cloud);
    expect((await shape(cloud)).machines).toEqual(at(region, "started"));
  }
  expect((await stackOf(cloud)).volumes).toHaveLength(8);
  await cloud.clock.sleep(8 * 86_400_000);
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect((await stackOf(cloud)).volumes).toHaveLength(2);
});

test("other changes of the spec are made where it arrives", async () => {
  const cloud = await resumeCloud(running);
  const services = "    gotrue: { memory_mb: 512 }\n    postgres: { volume_gb: 12, public: false }";
  cloud.files.write(file, specText({ devenv: "  fly_region: ams", services }));
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  await expectSettled(cloud);
  const { machines, volumes } = await stackOf(cloud);
  expect(volumes.map(({ region, sizeGb }) => `${region} ${sizeGb}`).sort()).toEqual([
    "ams 12",
    "ams 5",
    "yyz 10",
    "yyz 5",
  ]);
  const auth = machines.find(({ name }) => name === "auth-ams");
  expect(auth?.versions.at(-1)?.config.guest.memory_mb).toBe(512);
});

test("a target without room leaves the source startable, and the spec set back leaves nothing", async () => {
  const cloud = await resumeCloud(running, {
    wrap: (fetch) => async (input, init) => {
      const isFork = String(init?.body ?? "").includes("source_volume_id");
      if (!isFork) return fetch(input, init);
      return Response.json(
        { error: "no host in ams has room", status: "volume_placement_capacity" },
        { status: 422 },
      );
    },
  });
  cloud.files.write(file, inRegion("ams"));
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain("no host in ams has room");
  expect(await cloud.run("rotate acme-erp")).toMatchObject({ exitCode: 4 });
  expect(await cloud.run("start acme-erp")).toMatchObject({ exitCode: 0 });
  expect((await shape(cloud)).machines).toEqual(at("yyz", "started"));
  cloud.files.write(file, inRegion("yyz"));
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect((await stackOf(cloud)).volumes).toHaveLength(2);
  await expectSettled(cloud);
});

test("a region that Fly has retired is named with the move out of it", async () => {
  const cloud = await resumeCloud(running, { files: { [file]: inRegion("yyz") } });
  const regions = "regions: { successors: { yyz: ams } }\n";
  cloud.files.write("silo.config.yml", regions);
  const plan = await cloud.run("plan --detailed-exitcode");
  expect(plan).toMatchObject({ exitCode: 0 });
  expect(plan.stdout + plan.stderr).toContain(
    "acme-erp is in yyz, which Fly has retired: `silo move acme-erp ams`, then an apply",
  );
  expect(await cloud.run("move acme-erp ams")).toMatchObject({ exitCode: 0 });
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  expect((await shape(cloud)).machines).toEqual(at("ams", "started"));
});
