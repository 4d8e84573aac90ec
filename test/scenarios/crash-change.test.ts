import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { crashEverywhere } from "./crash-everywhere.ts";
import {
  expectGone,
  expectSettled,
  expectWhole,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  saveCloud,
  stackOf,
} from "./stacks.ts";

let running: SavedCloud;
let stopped: SavedCloud;
let unprotected: SavedCloud;

const spec = (text: string) => ({ "silos/acme-erp.yml": text });

beforeAll(async () => {
  running = await runningSilo();
  const cloud = await resumeCloud(running);
  expect(await cloud.run("stop acme-erp")).toMatchObject({ exitCode: 0 });
  stopped = saveCloud(cloud);
  const other = await resumeCloud(running);
  other.files.write("silos/acme-erp.yml", specText({ devenv: "  prevent_destroy: false" }));
  expect(await other.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  unprotected = saveCloud(other);
});

const isUp = async (cloud: Cloud) => {
  await expectWhole(cloud);
  await expectSettled(cloud);
};
const isDown = async (cloud: Cloud) => {
  await expectWhole(cloud, { state: "stopped" });
  await expectSettled(cloud);
};

test("an edit of three services", async () => {
  const services = [
    "    gotrue: { memory_mb: 512 }",
    "    storage: { volume_gb: 9, env: { UPLOAD_LIMIT: '9' } }",
    "    postgres: { public: true, memory_mb: 2048, volume_gb: 12 }",
  ].join("\n");
  await crashEverywhere({
    from: running,
    files: spec(specText({ services })),
    line: "apply acme-erp",
    expectEnd: async (cloud) => {
      await isUp(cloud);
      const { volumes, machines } = await stackOf(cloud);
      expect(volumes.map(({ sizeGb }) => sizeGb).sort()).toEqual([12, 9]);
      const memory = machines.map(({ versions }) => versions.at(-1)?.config.guest.memory_mb);
      expect(memory.sort()).toEqual([1024, 2048, 256, 512, 512, 512]);
    },
  });
});

test("an edit that makes postgres private and takes studio away", async () => {
  const services = "    postgres: { public: false }\n    studio: { enabled: false }";
  await crashEverywhere({
    from: running,
    files: spec(specText({ services })),
    line: "apply acme-erp",
    expectEnd: async (cloud) => {
      await expectWhole(cloud, { without: ["studio"], privatePostgres: true });
      await expectSettled(cloud);
    },
  });
});

test("stop", async () => {
  await crashEverywhere({ from: running, line: "stop acme-erp", expectEnd: isDown });
});

test("start", async () => {
  await crashEverywhere({ from: stopped, line: "start acme-erp", expectEnd: isUp });
});

test("restart", async () => {
  await crashEverywhere({ from: running, line: "restart acme-erp", expectEnd: isUp });
});

test.each(["stop", "start", "restart"])(
  "%s, then an apply: one or the other, whole",
  async (verb) => {
    await crashEverywhere({
      from: verb === "start" ? stopped : running,
      line: `${verb} acme-erp`,
      next: "apply acme-erp",
      expectEnd: async (cloud) => {
        const { machines } = await stackOf(cloud);
        const state = machines[0]?.state === "started" ? "started" : "stopped";
        await expectWhole(cloud, { state });
        await expectSettled(cloud);
      },
    });
  },
);

test("destroy at once", async () => {
  await crashEverywhere({
    from: unprotected,
    line: "destroy acme-erp --now --allow-destroy",
    expectEnd: expectGone,
  });
});

test("destroy with days of grace", async () => {
  await crashEverywhere({
    from: unprotected,
    line: "destroy acme-erp --allow-destroy",
    expectEnd: async (cloud) => {
      const { apps, volumes, machines } = await stackOf(cloud);
      expect(apps.map(({ name }) => name).sort()).toEqual([
        "devenv-acme-erp-pg",
        "devenv-acme-erp-storage",
      ]);
      expect(machines.map(({ state }) => state)).toEqual(["stopped", "stopped"]);
      for (const { snapshots } of volumes) expect(snapshots.length).toBeGreaterThan(0);
    },
  });
});

test.each(["--now ", ""])("destroy (%s) and then apply: the silo is back, whole", async (now) => {
  await crashEverywhere({
    from: unprotected,
    line: `destroy acme-erp ${now}--allow-destroy`,
    next: "apply acme-erp",
    expectEnd: isUp,
  });
});
