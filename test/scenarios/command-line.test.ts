import { describe, expect, test } from "vitest";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { expectWhole, resumeCloud, saveCloud, stackOf } from "./stacks.ts";

const file = "silos/acme-erp.yml";
const one = () => aCloud({ files: { [file]: specText() } });

describe("what cannot be meant ends with 2 and without a call", () => {
  test.each([
    ["apply acme-epr", 'There is no silo "acme-epr"', "did you mean acme-erp?"],
    ["status nothing-like-it", 'There is no silo "nothing-like-it"', "`silo status` lists them"],
    ["aply", 'There is no command "aply"', "did you mean `silo apply`?"],
    ["frobnicate", 'There is no command "frobnicate"', "see `silo --help`"],
    ["apply --froce", "Unknown option '--froce'", "see `silo apply --help`"],
    ["plan --out", "argument missing", "see `silo plan --help`"],
    ["regions yyz", 'silo regions takes no name, and "yyz" was given', "silo regions"],
    ["schema", "Name a schema", "use one of silo"],
    ["context acme-erp --role boss", 'There is no role "boss"', "roles are dev-worker"],
    [
      "apply --config nowhere.yml",
      "The configuration nowhere.yml does not exist",
      "leave --config out",
    ],
    ["plan --format xml", 'There is no format "xml"', "use one of text, json"],
    ["stop", "Name the silos to stop", "silo stop acme-erp"],
    [
      "apply --plan nowhere.json",
      "Cannot use the plan nowhere.json: it does not exist",
      "silo plan --out",
    ],
    ["apply --plan silos/acme-erp.yml", "it is not JSON", "silo plan --out"],
  ])("silo %s", async (line, message, fix) => {
    const run = await one().run(line);
    expect(run).toMatchObject({ exitCode: 2, calls: [], stdout: "" });
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain(fix);
  });
});

test("a broken file is named with its place, and no other silo is held up by it", async () => {
  const cloud = one();
  cloud.files.write("silos/acme-crm.yml", specText({ app: "crm" }).replace("fly_org", "fly_orgg"));
  const all = await cloud.run("apply");
  expect(all).toMatchObject({ exitCode: 2, calls: [] });
  expect(all.stderr).toMatch(/silos\/acme-crm\.yml:5:3: error/);
  expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  await expectWhole(cloud);
});

test("a silo that does not exist cannot be started, stopped or restarted", async () => {
  for (const verb of ["start", "stop", "restart"]) {
    const cloud = one();
    const run = await cloud.run(`${verb} acme-erp`);
    expect(run).toMatchObject({ exitCode: 4, writes: [] });
    expect(run.stdout).toContain("acme-erp is not complete: devenv-acme-erp-pg");
    expect(run.stdout).toContain("run `silo apply acme-erp` first");
  }
});

test("a retired region is replaced with a warning", async () => {
  const cloud = aCloud({ files: { [file]: specText({ devenv: "  fly_region: yul" }) } });
  const run = await cloud.run("apply");
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stderr).toMatch(/silos\/acme-erp\.yml:\d+:\d+: warning .*yul/);
  expect(new Set((await stackOf(cloud)).machines.map(({ region }) => region))).toEqual(
    new Set(["yyz"]),
  );
});

describe("what Fly refuses is told in its own words, and a second run completes it", () => {
  test.each([
    ["fault-capacity", "insufficient resources available to fulfill request (503, capacity"],
    ["fault-capacity-409", "could not reserve resource"],
    ["fault-volume-capacity", "no host in yyz has room for the volume (422, capacity"],
    [
      "fault-quota",
      "over the allowed quota. please consider other regions or contact billing@fly.io",
    ],
  ])("%s", async (word, text) => {
    const path = `silos/acme-${word}.yml`;
    const cloud = aCloud({ files: { [path]: specText({ app: word }) } });
    const run = await cloud.run("apply");
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain("a second run continues from there");
    expect(run.stdout).toContain(text);
    expect(run.stdout).not.toContain("bug in silo-manager");
    expect(
      JSON.parse(cloud.files.content.get(`silos/status/acme-${word}.json`) ?? "{}"),
    ).toMatchObject({
      silo: { silo_status: "failed" },
      last_error: { message: expect.stringMatching(/capacity|quota|reserve/i) },
    });
  });

  test.each([
    [{ status: 503, body: { error: "no room", status: "insufficient_capacity" } }, "no room"],
    [{ status: 403, body: { error: "You have reached the machine quota of 50" } }, "quota of 50"],
    [{ status: 401, body: { error: "token expired" } }, "token expired"],
  ])("%o once", async (answer, text) => {
    const files = { [file]: specText() };
    const match = { method: "POST", path: "/v1/apps/*-storage/machines" };
    const cloud = aCloud({ files, faults: [{ match, answer }] });
    const run = await cloud.run("apply");
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(text);
    const { machines } = await stackOf(cloud);
    // What does not wait for storage was made.
    expect(machines.map(({ name }) => name)).toContain("auth-yyz");
    const later = await resumeCloud(saveCloud(cloud));
    expect((await later.run("apply")).exitCode).toBe(0);
    await expectWhole(later);
  });
});

test("one silo that fails does not hold up another, and the exit code says so", async () => {
  const cloud = aCloud({
    files: { [file]: specText(), "silos/acme-fault-quota.yml": specText({ app: "fault-quota" }) },
  });
  const run = await cloud.run("apply");
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain("acme-erp  applied");
  expect(run.stdout).toContain("acme-fault-quota  failed");
  await expectWhole(cloud);
});

test("an interrupted run ends with 130, lets go of the lock, and is completed by the next", async () => {
  const cloud = aCloud({ latency: "fly", files: { [file]: specText() } });
  const interrupt = new AbortController();
  const running = cloud.run("apply acme-erp", { signal: interrupt.signal });
  await cloud.clock.sleep(4_000);
  interrupt.abort(new Error("interrupted by SIGINT"));
  const at = cloud.clock.now();
  const run = await running;
  expect(run.exitCode).toBe(130);
  expect(cloud.clock.now() - at).toBeLessThan(7_000);
  const { machines } = await stackOf(cloud);
  expect(machines.find(({ name }) => name === "kong-yyz")?.lease).toBeUndefined();
  expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  await expectWhole(cloud);
});
