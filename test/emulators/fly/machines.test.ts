import { describe, expect, it } from "vitest";
import type { FlyMachine, FlyMachineEvent } from "#wire/fly.ts";
import { aConfig, aFly } from "./a-fly.ts";

describe("creating machines", () => {
  it("launches a machine and shows it with version, image and address", async () => {
    const { app, machine, get } = aFly();
    await app("one");
    const { id } = await machine("one", { config: { image: "kong:3.4.2" } });
    const found = await get("one", id);
    expect(found).toMatchObject({
      name: "main",
      state: "started",
      region: "yyz",
      private_ip: expect.stringMatching(/^fdaa:/),
      image_ref: { registry: "docker-hub-mirror.fly.io", repository: "library/kong", tag: "3.4.2" },
      config: { guest: { memory_mb: 256 }, restart: { policy: "on-failure" } },
    });
    expect(found.version).toBe(found.instance_id);
    expect(found.version).toMatch(/^[0-9A-Z]{26}$/);
  });

  it("leaves a machine that is not to be launched in created", async () => {
    const { app, machine, get, call, inside } = aFly();
    await app("one");
    const { id } = await machine("one", { skip_launch: true });
    expect((await get("one", id)).state).toBe("created");
    expect(inside.boots).toEqual([]);
    const started = await call("POST", `/apps/one/machines/${id}/start`);
    expect(started.body).toMatchObject({ previous_state: "created", migrated: false });
    expect((await get("one", id)).state).toBe("started");
  });

  it("refuses a second machine of the same name, naming the first", async () => {
    const { app, machine, call } = aFly();
    await app("one");
    const { id } = await machine("one");
    const again = { name: "main", region: "yyz", config: aConfig() };
    const refused = await call("POST", "/apps/one/machines", again);
    expect(refused.status).toBe(409);
    expect(refused.body.error).toBe(
      `already_exists: unique machine name violation, machine ID ${id} already exists with name "main"`,
    );
    await call("DELETE", `/apps/one/machines/${id}?force=true`);
    expect((await call("POST", "/apps/one/machines", again)).status).toBe(200);
  });

  it("refuses a retired region with its successor, and an unknown one", async () => {
    const { app, call } = aFly();
    await app("one");
    const inRegion = (region: string) =>
      call("POST", "/apps/one/machines", { name: "main", region, config: aConfig() });
    expect(await inRegion("yul")).toMatchObject({
      status: 400,
      body: {
        error:
          "Region yul is deprecated and cannot have new resources provisioned. " +
          "Please consider using an alternate region such as yyz",
      },
    });
    expect((await inRegion("sfo")).status).toBe(400);
    expect((await inRegion("eu")).body).toMatchObject({ region: "ams" });
  });

  it.each([
    ["no image", { image: "" }],
    ["memory off the steps", { guest: { cpu_kind: "shared", cpus: 1, memory_mb: 300 } }],
    ["too much memory", { guest: { cpu_kind: "shared", cpus: 1, memory_mb: 4096 } }],
    [
      "a check every second",
      { checks: { c: { type: "tcp", port: 1, interval: "1s", timeout: "1s" } } },
    ],
    [
      "two mounts",
      {
        mounts: [
          { volume: "a", path: "/a" },
          { volume: "b", path: "/b" },
        ],
      },
    ],
    ["a file that is not base64", { files: [{ guest_path: "/f", raw_value: "no base64!" }] }],
    ["a file from nowhere", { files: [{ guest_path: "/f" }] }],
    [
      "https forced without http",
      {
        services: [
          {
            protocol: "tcp",
            internal_port: 1,
            ports: [{ port: 443, handlers: ["tls"], force_https: true }],
          },
        ],
      },
    ],
    ["a long stop", { stop_config: { signal: "SIGINT", timeout: "301s" } }],
  ])("refuses a config with %s", async (_what, config) => {
    const { app, call } = aFly();
    await app("one");
    const request = { name: "main", region: "yyz", config: aConfig(config) };
    const refused = await call("POST", "/apps/one/machines", request);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatch(/^invalid_argument: /);
  });

  it("refuses numbers in env", async () => {
    const { app, raw } = aFly();
    await app("one");
    const request = { name: "main", region: "yyz", config: aConfig({ env: { PORT: 1 } }) };
    expect((await raw("POST", "/apps/one/machines", request)).status).toBe(400);
  });
});

describe("reading machines", () => {
  it("filters the list by region, state and metadata", async () => {
    const { app, machine, call } = aFly();
    await app("one");
    await machine("one", { config: { metadata: { silo: "a", role: "pg" } } });
    await machine("one", {
      name: "other",
      region: "iad",
      skip_launch: true,
      config: { metadata: { silo: "a", role: "rest" } },
    });
    const names = async (query: string) =>
      (await call<FlyMachine[]>("GET", `/apps/one/machines?${query}`)).body.map(({ name }) => name);
    expect((await names("")).toSorted()).toEqual(["main", "other"]);
    expect(await names("region=iad")).toEqual(["other"]);
    expect(await names("state=started")).toEqual(["main"]);
    expect(await names("metadata.silo=a&metadata.role=rest")).toEqual(["other"]);
    expect(await names("metadata.silo=b")).toEqual([]);
  });

  it("pages the list by header", async () => {
    const { app, machine, call } = aFly();
    await app("one");
    for (const name of ["a", "b", "c"]) await machine("one", { name });
    const first = await call<FlyMachine[]>("GET", "/apps/one/machines?limit=2");
    const cursor = first.headers.get("fly-next-cursor");
    const second = await call<FlyMachine[]>("GET", `/apps/one/machines?limit=2&cursor=${cursor}`);
    expect(second.headers.get("fly-next-cursor")).toBeNull();
    const names = [...first.body, ...second.body].map(({ name }) => name);
    expect(names.toSorted()).toEqual(["a", "b", "c"]);
  });

  it("leaves out the config in a summary", async () => {
    const { app, machine, call } = aFly();
    await app("one");
    await machine("one");
    const { body } = await call<FlyMachine[]>("GET", "/apps/one/machines?summary=true");
    expect(body[0]).toMatchObject({ state: "started" });
    expect(body[0]).not.toHaveProperty("config");
  });

  it("shows destroyed machines only when asked", async () => {
    const { app, machine, call } = aFly();
    await app("one");
    const { id } = await machine("one");
    await call("DELETE", `/apps/one/machines/${id}?force=true`);
    expect((await call("GET", "/apps/one/machines")).body).toEqual([]);
    expect((await call("GET", "/apps/one/machines?include_deleted=true")).body).toMatchObject([
      { id, state: "destroyed" },
    ]);
    expect((await call("GET", `/apps/one/machines/${id}`)).status).toBe(404);
  });

  it("hides the config while the host does not answer", async () => {
    const { app, machine, get, emulator } = aFly();
    await app("one");
    const { id } = await machine("one");
    await emulator.control.setHostStatus("one", id, "unreachable");
    const found = await get("one", id);
    expect(found).toMatchObject({
      host_status: "unreachable",
      incomplete_config: expect.anything(),
    });
    expect(found).not.toHaveProperty("config");
  });

  it("tells what happened, newest first", async () => {
    const { app, machine, call } = aFly();
    await app("one");
    const { id } = await machine("one");
    await call("POST", `/apps/one/machines/${id}/stop`, {});
    const { body } = await call<FlyMachineEvent[]>(
      "GET",
      `/apps/one/machines/${id}/events?limit=4`,
    );
    expect(body.map(({ type, status }) => `${type} ${status}`)).toEqual([
      "exit stopped",
      "stop stopping",
      "start started",
      "start starting",
    ]);
  });
});

describe("deleting machines", () => {
  it("refuses a running machine unless forced, and frees the volume", async () => {
    const { app, volume, machine, call } = aFly();
    await app("one");
    const { id: disk } = await volume("one");
    const { id } = await machine("one", { config: { mounts: [{ volume: disk, path: "/data" }] } });
    expect((await call("DELETE", `/apps/one/machines/${id}`)).status).toBe(412);
    expect((await call("DELETE", `/apps/one/machines/${id}?force=true`)).body).toEqual({
      ok: true,
    });
    await call("GET", `/apps/one/machines/${id}`);
    const freed = await call("GET", `/apps/one/volumes/${disk}`);
    expect(freed.body).toMatchObject({ state: "created", attached_machine_id: null });
  });
});
