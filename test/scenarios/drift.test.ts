/** What somebody changed by hand is found by a deep read, named with its age, and mended or reported. */

import { beforeAll, describe, expect, test } from "vitest";
import type { FlyMachine, FlyMachineConfig } from "#wire/fly.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { expectSettled, resumeCloud, runningSilo, type SavedCloud, stackOf } from "./stacks.ts";

const file = "silos/acme-erp.yml";
let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
});

async function call<T>(cloud: Cloud, method: string, path: string, body?: unknown): Promise<T> {
  const response = await cloud.fly.fetch(`http://fly.local/v1/apps/devenv-acme-erp-${path}`, {
    method,
    headers: { authorization: "Bearer any" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, `${method} ${path}: ${text}`).toBeLessThan(300);
  return (text ? JSON.parse(text) : undefined) as T;
}

async function machineOf(cloud: Cloud, suffix: string): Promise<FlyMachine> {
  const { machines } = await stackOf(cloud);
  const row = machines.find(({ app }) => app === `devenv-acme-erp-${suffix}`);
  return call(cloud, "GET", `${suffix}/machines/${row?.id}`);
}

/** As `fly machine update` would, which keeps the metadata. */
async function changeByHand(
  cloud: Cloud,
  suffix: string,
  change: (config: FlyMachineConfig) => FlyMachineConfig,
): Promise<void> {
  const machine = await machineOf(cloud, suffix);
  if (!machine.config) throw new Error("It has no config");
  await call(cloud, "POST", `${suffix}/machines/${machine.id}`, { config: change(machine.config) });
  await cloud.clock.sleep(3 * 3_600_000);
}

async function driftOf(cloud: Cloud) {
  const { exitCode, stdout, writes } = await cloud.run("drift --format json");
  expect(writes).toEqual([]);
  return { exitCode, ...JSON.parse(stdout).silos[0] };
}

describe("no drift", () => {
  test("in a silo that nobody has made yet, and none is made by healing", async () => {
    const cloud = aCloud({ files: { [file]: specText() } });
    expect(await driftOf(cloud)).toMatchObject({ exitCode: 0, drifted: false });
    expect(await cloud.run("drift --heal")).toMatchObject({ exitCode: 0, writes: [] });
  });

  test("after an apply, and after a host migration", async () => {
    const cloud = await resumeCloud(running);
    expect(await driftOf(cloud)).toMatchObject({ exitCode: 0, drifted: false, items: [] });
    const { id } = await machineOf(cloud, "pg");
    await cloud.fly.control.migrateHost("devenv-acme-erp-pg", id);
    await cloud.clock.sleep(600_000);
    expect(await driftOf(cloud)).toMatchObject({ exitCode: 0, drifted: false });
  });

  test("in a spec that was not applied yet, which is said and not healed", async () => {
    const cloud = await resumeCloud(running);
    cloud.files.write(file, specText({ services: "    kong: { memory_mb: 1024 }" }));
    expect(await driftOf(cloud)).toMatchObject({
      exitCode: 0,
      drifted: false,
      not_applied: ["kong"],
    });
    const healed = await cloud.run("drift --heal");
    expect(healed).toMatchObject({ exitCode: 0, writes: [] });
    expect(healed.stderr).toContain("not applied yet: the spec of kong; `silo plan acme-erp`");
  });

  test("in what waits for its apply: a Studio and a silo switched off, a larger volume", async () => {
    const cloud = await resumeCloud(running);
    const services = "    studio: { enabled: false }\n    storage: { volume_gb: 9 }";
    cloud.files.write(file, specText({ devenv: "  devenv_enabled: false", services }));
    expect(await driftOf(cloud)).toMatchObject({
      exitCode: 0,
      not_applied: ["storage", "studio", "devenv_enabled"],
    });
    expect(await cloud.run("drift --heal")).toMatchObject({ exitCode: 0, writes: [] });
  });

  test("of a silo that somebody stopped", async () => {
    const cloud = await resumeCloud(running);
    await cloud.run("stop acme-erp");
    expect(await driftOf(cloud)).toMatchObject({ exitCode: 0, drifted: false });
  });
});

describe("healed", () => {
  test("size, image and environment, with what they were and since when", async () => {
    const cloud = await resumeCloud(running);
    await changeByHand(cloud, "rest", (config) => ({
      ...config,
      guest: { ...config.guest, memory_mb: 1024 },
      env: { ...config.env, PGRST_DB_SCHEMAS: "public", DEBUG_PASSWORD: "hunter2" },
    }));
    // The lists show nothing of it: that is what the deep read is for.
    expect(await cloud.run("apply")).toMatchObject({ exitCode: 0, writes: [] });
    const { exitCode, stdout } = await cloud.run("drift");
    expect(exitCode).toBe(3);
    expect(stdout).toContain("Update machine rest-yyz");
    expect(stdout).toContain("(changed 3 h ago)");
    expect(stdout).toContain("memory_mb: 1024 → 256");
    expect(stdout).toContain("env.DEBUG_PASSWORD: (not in the spec) → (none)");
    expect(stdout).not.toContain("hunter2");
    const healed = await cloud.run("drift --heal");
    expect(healed.exitCode).toBe(0);
    const { config } = await machineOf(cloud, "rest");
    expect(config?.guest.memory_mb).toBe(256);
    expect(config?.env).not.toHaveProperty("DEBUG_PASSWORD");
    expect(await driftOf(cloud)).toMatchObject({ exitCode: 0, drifted: false });
    await expectSettled(cloud);
  });

  test("a removed address and a removed secret", async () => {
    const cloud = await resumeCloud(running);
    const { ips } = await call<{ ips: { ip: string }[] }>(cloud, "GET", "auth/ip_assignments");
    await call(cloud, "DELETE", `auth/ip_assignments/${ips[0]?.ip}`);
    const { secrets } = await call<{ secrets: { name: string }[] }>(cloud, "GET", "auth/secrets");
    await call(cloud, "DELETE", `auth/secrets/${secrets[0]?.name}`);
    await cloud.clock.sleep(60_000);
    const found = await driftOf(cloud);
    expect(found.exitCode).toBe(3);
    const texts = found.items.map(({ text }: { text: string }) => text);
    expect(texts.join("\n")).toMatch(/Assign a private address.*\n.*Set \d+ secrets/);
    expect((await cloud.run("drift --heal")).exitCode).toBe(0);
    expect(await driftOf(cloud)).toMatchObject({ exitCode: 0, drifted: false });
  });
});

describe("reported, and left as it is", () => {
  test("a service that a request may wake again", async () => {
    const cloud = await resumeCloud(running);
    await changeByHand(cloud, "kong", (config) => ({
      ...config,
      services: (config.services ?? []).map((service) => ({ ...service, autostart: true })),
    }));
    const found = await driftOf(cloud);
    expect(found).toMatchObject({ exitCode: 3 });
    expect(found.items).toMatchObject([
      {
        service: "kong",
        policy: "report",
        changes: [{ field: "services.0.autostart", from: "true", to: "false" }],
      },
    ]);
    const healed = await cloud.run("drift --heal");
    expect(healed).toMatchObject({ exitCode: 3, writes: [] });
  });

  test("which the configuration may decide otherwise", async () => {
    const cloud = await resumeCloud(running);
    await changeByHand(cloud, "kong", (config) => ({
      ...config,
      services: (config.services ?? []).map((service) => ({ ...service, autostart: true })),
    }));
    cloud.files.write("silo.config.yml", "drift: { services: heal, env: ignore }\n");
    expect((await cloud.run("drift --heal")).exitCode).toBe(0);
    expect((await machineOf(cloud, "kong")).config?.services?.[0]?.autostart).toBe(false);
    await changeByHand(cloud, "rest", (config) => ({ ...config, env: { ...config.env, X: "1" } }));
    expect(await driftOf(cloud)).toMatchObject({ exitCode: 0, drifted: false });
  });

  test("a volume that nothing mounts, with its age", async () => {
    const cloud = await resumeCloud(running);
    await call(cloud, "POST", "pg/volumes", { name: "scratch", region: "yyz", size_gb: 3 });
    await cloud.clock.sleep(5 * 86_400_000);
    const { exitCode, stdout } = await cloud.run("drift");
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(
      /devenv-acme-erp-pg has a volume .*"scratch", 3 GB \(changed 5 days ago\)/,
    );
  });

  test("a second machine, which no apply touches", async () => {
    const cloud = await resumeCloud(running);
    await call(cloud, "POST", "rest/machines", {
      config: {
        image: "postgrest/postgrest:v12.0.1",
        guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
      },
    });
    await cloud.clock.sleep(60_000);
    const found = await driftOf(cloud);
    expect(found.exitCode).toBe(3);
    expect(found.items[0]).toMatchObject({ policy: "report" });
    expect(await cloud.run("drift --heal")).toMatchObject({ writes: [] });
  });
});

test("an issue's text is the same while the drift is", async () => {
  const cloud = await resumeCloud(running);
  await changeByHand(cloud, "rest", (config) => ({ ...config, env: { ...config.env, X: "|@me" } }));
  const first = await cloud.run("drift --format markdown");
  await cloud.clock.sleep(86_400_000);
  const second = await cloud.run("drift --format markdown");
  expect(second.stdout).toBe(first.stdout);
  expect(first.stdout).toContain("### acme-erp drifted");
  expect(first.stdout).not.toContain("|@me");
});
