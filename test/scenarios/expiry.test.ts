/** The end of a silo: told before, stopped with a snapshot, proposed for removal, removed by nobody. */

import { beforeAll, describe, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import type { Cloud, CloudOptions } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { crashEverywhere } from "./crash-everywhere.ts";
import { aPerson, aRepo, hubOf, repo } from "./handed-out.ts";
import { expectWhole, resumeCloud, runningSilo, type SavedCloud, stackOf } from "./stacks.ts";

const file = "silos/acme-erp.yml";
/** The clock of a cloud begins on 2026-11-24. */
const ending = specText({ devenv: "  expires_at: 2026-11-24" });
const later = specText({ devenv: "  expires_at: 2026-11-30" });
const day = 86_400_000;
let saved: SavedCloud;

beforeAll(async () => {
  saved = await runningSilo(ending);
});

/** The day after, with GitHub beside it, and no master key. */
async function expiredCloud(options: CloudOptions = {}): Promise<Cloud> {
  const cloud = await resumeCloud(saved, {
    github: { repositories: [aRepo({ files: { "README.md": "#", [file]: ending } })] },
    environment: { SILO_MASTER_KEY: "" },
    ...options,
  });
  await cloud.clock.sleep(day);
  return cloud;
}

const snapshotsOf = async (cloud: Cloud) =>
  (await stackOf(cloud)).volumes.map(({ snapshots }) => snapshots.length);

const pullsOf = async (cloud: Cloud) => {
  const answer = await hubOf(cloud).fetch(`https://api.github.com/repos/${repo}/pulls?state=all`, {
    headers: { authorization: "Bearer local" },
  });
  return (await answer.json()) as { number: number; title: string; body: string; state: string }[];
};

describe("before its end", () => {
  test("plan and status say so, from before_expiry_days on, with the line to edit", async () => {
    const cloud = await resumeCloud(saved, { files: { [file]: later } });
    const said =
      "acme-erp: expires on 2026-11-30, in 7 days: it is stopped then, and its removal proposed; " +
      `to keep it, set a later time in the line \`expires_at: 2026-11-30\` of ${file}`;
    expect((await cloud.run("plan acme-erp")).stderr).toContain(said);
    expect((await cloud.run("status acme-erp")).stderr).toContain(said);
    cloud.files.write("silo.config.yml", "notify: { before_expiry_days: 2 }\n");
    expect((await cloud.run("plan acme-erp")).stderr).not.toContain("expires on");
  });

  test("no tick touches it, and no hold outlasts it", async () => {
    const cloud = await resumeCloud(saved);
    expect((await cloud.run("auto-stop")).writes).toEqual([]);
    expect(await cloud.run("hold acme-erp 1h")).toMatchObject({ exitCode: 0 });
    const long = await cloud.run("hold acme-erp 2d");
    expect(long).toMatchObject({ exitCode: 4, writes: [] });
    expect(long.stdout).toContain("acme-erp expires on 2026-11-24");
  });
});

describe("after its end", () => {
  test("it is stopped although it is used, with a snapshot, and one pull request removes its file", async () => {
    const cloud = await expiredCloud();
    const tick = await cloud.run("auto-stop");
    expect(tick, tick.stderr).toMatchObject({ exitCode: 0 });
    expect(tick.stdout).toContain("acme-erp  stopped");
    expect(tick.stdout).toContain(
      "acme-erp  expired on 2026-11-24: #1 removes it once it is merged",
    );
    await expectWhole(cloud, { state: "stopped" });
    expect(await snapshotsOf(cloud)).toEqual([1, 1]);
    expect((await cloud.run("why acme-erp")).stdout).toContain("(expiry: expired on 2026-11-24)");
    const [pull, ...others] = await pullsOf(cloud);
    expect(others).toEqual([]);
    expect(pull).toMatchObject({
      title: "Remove silo acme-erp, which expired on 2026-11-24",
      state: "open",
    });
    expect(pull?.body).toContain("Nothing of it is removed unless this is merged");
    const hub = hubOf(cloud);
    const branch = "silo-expired/acme-erp-2026-11-24";
    const there = async (name: string) => [
      ...(await aPerson(cloud).readFiles(repo, name, [file, "README.md"])).keys(),
    ];
    expect(await there(branch)).toEqual(["README.md"]);
    expect((await there("main")).sort()).toEqual(["README.md", file]);

    // The next tick writes nothing, on Fly or on GitHub.
    const sent = hub.requests.length;
    const next = await cloud.run("auto-stop");
    expect(next).toMatchObject({ exitCode: 0, writes: [] });
    expect(next.stdout).toContain("#1 removes it once it is merged");
    expect(hub.requests.slice(sent).filter(({ method }) => method !== "GET")).toEqual([]);
    expect(cloud.violations()).toEqual([]);
  });

  test("one that sleeps already gets its snapshot all the same, once", async () => {
    const cloud = await resumeCloud(saved);
    await cloud.run("stop acme-erp");
    await cloud.clock.sleep(day);
    const tick = await cloud.run("auto-stop");
    expect(tick, tick.stdout).toMatchObject({ exitCode: 0 });
    expect(await snapshotsOf(cloud)).toEqual([1, 1]);
    expect(tick.stdout).toContain(`expired on 2026-11-24: remove ${file} if nobody needs it`);
    expect(await cloud.run("auto-stop")).toMatchObject({ exitCode: 0, writes: [] });
  });

  test("what somebody closed is not proposed again", async () => {
    const cloud = await expiredCloud();
    await cloud.run("auto-stop");
    await hubOf(cloud).fetch(`https://api.github.com/repos/${repo}/pulls/1`, {
      method: "PATCH",
      headers: { authorization: "Bearer local", "content-type": "application/json" },
      body: JSON.stringify({ state: "closed" }),
    });
    const tick = await cloud.run("auto-stop --format json");
    expect(JSON.parse(tick.stdout)).toMatchObject({
      silos: [],
      expired: [{ silo: "acme-erp", expired_at: "2026-11-24", removal: "closed", pull: 1 }],
    });
    expect(await pullsOf(cloud)).toHaveLength(1);
  });

  test("a start and a restart are refused and name the line; a later end lets it start", async () => {
    const cloud = await expiredCloud({ environment: {} });
    await cloud.run("auto-stop");
    for (const line of ["start acme-erp", "restart acme-erp"]) {
      const run = await cloud.run(line);
      expect(run, run.stdout).toMatchObject({ exitCode: 4, writes: [] });
      expect(run.stdout).toContain("acme-erp expired on 2026-11-24");
      expect(run.stdout).toContain(
        `fix: set a later time in the line \`expires_at: 2026-11-24\` of ${file}`,
      );
    }
    // An apply neither wakes nor removes it.
    expect(await cloud.run("apply")).toMatchObject({ exitCode: 0, writes: [] });
    cloud.files.write(file, later);
    expect((await cloud.run("start acme-erp")).exitCode).toBe(0);
    await expectWhole(cloud);
    const { machines } = await stackOf(cloud);
    const kong = machines.find(({ name }) => name === "kong-yyz");
    expect(kong?.versions.at(-1)?.config.metadata?.[keys.expired]).toBeUndefined();
  });

  test("one that is not there is not made", async () => {
    const cloud = await resumeCloud({ ...saved, state: (await resumeCloud(saved)).fly.save() });
    cloud.files.write(
      "silos/acme-crm.yml",
      specText({ app: "crm", devenv: "  expires_at: 2026-11-23" }),
    );
    const run = await cloud.run("apply acme-crm");
    expect(run).toMatchObject({ exitCode: 4, writes: [] });
    expect(run.stdout).toContain("acme-crm expired on 2026-11-23");
  });

  test("a dry run says what it would do, and does nothing", async () => {
    const cloud = await expiredCloud();
    const sent = hubOf(cloud).requests.length;
    const dry = await cloud.run("auto-stop --dry-run");
    expect(dry).toMatchObject({ exitCode: 0, writes: [] });
    expect(dry.stdout).toContain(
      "acme-erp  expired on 2026-11-24: would be stopped, with a last snapshot, and its removal proposed",
    );
    expect(hubOf(cloud).requests.length).toBe(sent);
  });

  test("a tick that died at any write is completed by the next one", async () => {
    const places = await crashEverywhere({
      from: saved,
      options: {
        github: { repositories: [aRepo({ files: { "README.md": "#", [file]: ending } })] },
        environment: { SILO_MASTER_KEY: "" },
      },
      begin: (cloud) => cloud.clock.sleep(day),
      line: "auto-stop",
      counts: (method, path) =>
        method !== "GET" && (/snapshots|metadata/.test(path) || /git|pulls/.test(path)),
      expectEnd: async (cloud) => {
        await expectWhole(cloud, { state: "stopped" });
        for (const count of await snapshotsOf(cloud)) expect(count).toBeGreaterThan(0);
        expect(await pullsOf(cloud)).toHaveLength(1);
        expect((await cloud.run("auto-stop")).writes).toEqual([]);
      },
    });
    expect(places).toBeGreaterThan(12);
  });

  test("a GitHub that is down fails no stop; the next tick proposes", async () => {
    let isDown = true;
    const cloud = await expiredCloud({
      wrapGitHub: (fetch) => (input, init) =>
        isDown ? Promise.reject(new TypeError("fetch failed")) : fetch(input, init),
    });
    const tick = await cloud.run("auto-stop");
    expect(tick.exitCode).toBe(0);
    expect(tick.stderr).toContain("warning: the removal of acme-erp was not proposed");
    await expectWhole(cloud, { state: "stopped" });
    isDown = false;
    expect((await cloud.run("auto-stop")).stdout).toContain("#1 removes it");
  });
});
