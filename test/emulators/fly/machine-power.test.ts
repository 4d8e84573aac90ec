import { describe, expect, it } from "vitest";
import type { FlyMachineEvent } from "#wire/fly.ts";
import { aFly } from "./a-fly.ts";

const started = async (cloud: ReturnType<typeof aFly>, config: Record<string, unknown> = {}) => {
  await cloud.app("one");
  const { id } = await cloud.machine("one", { config });
  await cloud.get("one", id);
  return { id, path: `/apps/one/machines/${id}` };
};

describe("power", () => {
  it("stops and starts", async () => {
    const cloud = aFly();
    const { id, path } = await started(cloud);
    const stop = { signal: "SIGINT", timeout: "60s" };
    expect((await cloud.call("POST", `${path}/stop`, stop)).body).toEqual({ ok: true });
    expect((await cloud.get("one", id)).state).toBe("stopped");
    expect(cloud.inside.stops).toEqual([id]);
    await cloud.call("POST", `${path}/start`);
    expect((await cloud.get("one", id)).state).toBe("started");
    expect(cloud.inside.boots).toHaveLength(2);
    const again = await cloud.call("POST", `${path}/start`);
    expect(again.body).toMatchObject({ previous_state: "started" });
    expect(cloud.inside.boots).toHaveLength(2);
  });

  it("keeps what runs over a suspend", async () => {
    const cloud = aFly();
    const { id, path } = await started(cloud);
    await cloud.call("POST", `${path}/suspend`);
    expect((await cloud.get("one", id)).state).toBe("suspended");
    await cloud.call("POST", `${path}/start`);
    expect((await cloud.get("one", id)).state).toBe("started");
    expect(cloud.inside.boots).toHaveLength(1);
  });

  it("restarts without a new version", async () => {
    const cloud = aFly();
    const { id, path } = await started(cloud);
    const { version } = await cloud.get("one", id);
    await cloud.call("POST", `${path}/restart?timeout=30`);
    expect(await cloud.get("one", id)).toMatchObject({ state: "started", version });
    expect(cloud.inside.boots).toHaveLength(2);
  });

  it("cordons and uncordons", async () => {
    const cloud = aFly();
    const { id, path } = await started(cloud);
    await cloud.call("POST", `${path}/cordon`);
    expect(await cloud.get("one", id)).toMatchObject({ cordoned: true });
    await cloud.call("POST", `${path}/uncordon`);
    expect(await cloud.get("one", id)).toMatchObject({ cordoned: false });
  });

  it("restarts a crashing process with growing pauses until its retries are used up", async () => {
    const cloud = aFly();
    cloud.inside.crashing.set("one", 1);
    const restart = { policy: "on-failure", max_retries: 3 };
    const { id, path } = await started(cloud, { restart });
    expect((await cloud.get("one", id)).state).toBe("restarting");
    await cloud.clock.sleep(60_000);
    expect((await cloud.get("one", id)).state).toBe("stopped");
    expect(cloud.inside.boots).toHaveLength(4);
    const { body } = await cloud.call<FlyMachineEvent[]>("GET", `${path}/events?limit=50`);
    const exits = body.filter(({ type }) => type === "exit");
    expect(exits).toHaveLength(4);
    expect(exits[0]).toMatchObject({
      request: { exit_event: { exit_code: 1, restarting: false, error: "gave up" } },
    });
    const pauses = exits
      .slice(0, -1)
      .map((exit, index) => exit.timestamp - (exits[index + 1]?.timestamp ?? 0));
    expect(pauses).toEqual([4_000, 2_000, 1_000]);
  });

  it("comes up when what it crashed for is there at last", async () => {
    const cloud = aFly();
    cloud.inside.crashing.set("one", 1);
    const { id } = await started(cloud);
    cloud.inside.crashing.clear();
    await cloud.clock.sleep(1_000);
    expect((await cloud.get("one", id)).state).toBe("started");
  });

  it.each([
    ["no", 1],
    ["on-failure", 0],
  ])("stays down with policy %s after exit code %i", async (policy, code) => {
    const cloud = aFly();
    cloud.inside.crashing.set("one", code);
    const { id } = await started(cloud, { restart: { policy } });
    expect((await cloud.get("one", id)).state).toBe("stopped");
    expect(cloud.inside.boots).toHaveLength(1);
  });

  it("brings a killed process back", async () => {
    const cloud = aFly();
    const { id, path } = await started(cloud);
    await cloud.call("POST", `${path}/signal`, { signal: "SIGKILL" });
    await cloud.clock.sleep(1_000);
    expect((await cloud.get("one", id)).state).toBe("started");
    expect(cloud.inside.boots).toHaveLength(2);
  });

  it("has checks that pass once the machine listens, and fail with it", async () => {
    const cloud = aFly();
    const checks = { alive: { type: "tcp", port: 8080, interval: "10s", timeout: "5s" } };
    const { id, path } = await started(cloud, { checks });
    expect((await cloud.get("one", id)).checks).toMatchObject([
      { name: "alive", status: "passing" },
    ]);
    cloud.inside.unhealthy.add("one");
    expect((await cloud.get("one", id)).checks).toMatchObject([
      { status: "critical", output: "not fine" },
    ]);
    await cloud.call("POST", `${path}/stop`, {});
    expect((await cloud.get("one", id)).checks).toMatchObject([{ status: "warning" }]);
  });

  it("runs commands, 200 whatever their exit code", async () => {
    const cloud = aFly();
    const { path } = await started(cloud);
    const echo = { command: ["cat", "-"], stdin: " hello", timeout: 10 };
    expect(await cloud.call("POST", `${path}/exec`, echo)).toMatchObject({
      status: 200,
      body: { exit_code: 0, stdout: "cat - hello" },
    });
    expect(await cloud.call("POST", `${path}/exec`, { command: ["false"] })).toMatchObject({
      status: 200,
      body: { exit_code: 1, stderr: "no\n" },
    });
    expect((await cloud.call("GET", `${path}/ps`)).body).toMatchObject([{ pid: 300 }]);
    await cloud.call("POST", `${path}/stop`, {});
    expect((await cloud.call("POST", `${path}/exec`, echo)).status).toBe(412);
  });
});

describe("what a machine sees inside", () => {
  it("gets env and all secrets, the secret winning, and files from both", async () => {
    const cloud = aFly();
    await cloud.app("one", { network: "silo" });
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    const values = { BOTH: "secret", ONLY: "here", FILE: base64("from a secret") };
    await cloud.call("POST", "/apps/one/secrets", { values });
    const files = [
      { guest_path: "/raw", raw_value: base64("plain") },
      { guest_path: "/kept", secret_name: "FILE" },
    ];
    const { id } = await cloud.machine("one", {
      config: { env: { BOTH: "env", ENV: "1" }, files, init: { cmd: ["serve"] } },
    });
    await cloud.get("one", id);
    expect(cloud.inside.boots[0]).toMatchObject({
      app: "one",
      network: "silo",
      containers: [
        {
          name: "main",
          env: { BOTH: "secret", ONLY: "here", ENV: "1", FLY_APP_NAME: "one" },
          files: { "/raw": "plain", "/kept": "from a secret" },
          command: ["serve"],
        },
      ],
    });
  });

  it("gives a container only the secrets it lists", async () => {
    const cloud = aFly();
    await cloud.app("one");
    await cloud.call("POST", "/apps/one/secrets", { values: { A: "1", B: "2" } });
    const containers = [
      { name: "web", image: "web:1", secrets: [{ env_var: "TOKEN", name: "A" }] },
      { name: "bare", image: "bare:1" },
    ];
    const { id } = await cloud.machine("one", { config: { containers } });
    await cloud.get("one", id);
    const [web, bare] = cloud.inside.boots[0]?.containers ?? [];
    expect(web?.env).toMatchObject({ TOKEN: "1" });
    expect(web?.env).not.toHaveProperty("B");
    expect(Object.keys(bare?.env ?? {}).every((name) => name.startsWith("FLY_"))).toBe(true);
  });

  it("shows newer secrets after an update, not after a plain start", async () => {
    const cloud = aFly();
    await cloud.app("one");
    const { id, config } = await cloud.machine("one");
    const path = `/apps/one/machines/${id}`;
    await cloud.get("one", id);
    await cloud.call("POST", `${path}/stop`, {});
    await cloud.call("POST", "/apps/one/secrets", { values: { NEW: "1" } });
    const seen = async () => {
      await cloud.call("POST", `${path}/start`);
      await cloud.get("one", id);
      await cloud.call("POST", `${path}/stop`, {});
      await cloud.get("one", id);
      return cloud.inside.boots.at(-1)?.containers[0]?.env.NEW;
    };
    expect(await seen()).toBeUndefined();
    await cloud.call("POST", path, { config });
    expect(await seen()).toBe("1");
  });
});
