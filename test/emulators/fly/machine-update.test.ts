import { describe, expect, it } from "vitest";
import { aConfig, aFly } from "./a-fly.ts";

describe("updating machines", () => {
  it("replaces the whole config, makes a new version and boots a running machine again", async () => {
    const { app, machine, call, get, inside } = aFly();
    await app("one");
    const { id, version } = await machine("one", {
      config: { env: { A: "1" }, metadata: { k: "v" } },
    });
    await get("one", id);
    const update = { config: aConfig({ env: { B: "2" } }), current_version: version };
    expect((await call("POST", `/apps/one/machines/${id}`, update)).status).toBe(200);
    const after = await get("one", id);
    expect(after.state).toBe("started");
    expect(after.version).not.toBe(version);
    expect(after.config).toMatchObject({ env: { B: "2" } });
    expect(after.config).not.toHaveProperty("metadata");
    expect(inside.boots.map(({ containers }) => containers[0]?.env.B)).toEqual([undefined, "2"]);
    expect((await call("GET", `/apps/one/machines/${id}/versions`)).body).toMatchObject([
      { version: after.version, user_config: { env: { B: "2" } } },
      { version, user_config: { env: { A: "1" } } },
    ]);
    const old = await call("GET", `/apps/one/machines/${id}?version=${version}`);
    expect(old.body).toMatchObject({ state: "replaced", config: { env: { A: "1" } } });
  });

  it("refuses a stale current_version and changes nothing", async () => {
    const { app, machine, call, get } = aFly();
    await app("one");
    const { id, version } = await machine("one");
    await call("POST", `/apps/one/machines/${id}`, { config: aConfig(), current_version: version });
    const stale = { config: aConfig({ env: { X: "1" } }), current_version: version };
    expect((await call("POST", `/apps/one/machines/${id}`, stale)).status).toBe(409);
    expect((await get("one", id)).config).not.toHaveProperty("env");
  });

  it("leaves a stopped machine stopped", async () => {
    const { app, machine, call, get } = aFly();
    await app("one");
    const { id } = await machine("one");
    await get("one", id);
    await call("POST", `/apps/one/machines/${id}/stop`, {});
    await call("POST", `/apps/one/machines/${id}`, { config: aConfig() });
    expect((await get("one", id)).state).toBe("stopped");
  });

  it("stops a running machine when told not to launch", async () => {
    const { app, machine, call, get } = aFly();
    await app("one");
    const { id } = await machine("one");
    await get("one", id);
    await call("POST", `/apps/one/machines/${id}`, { config: aConfig(), skip_launch: true });
    expect((await get("one", id)).state).toBe("stopped");
  });

  it("refuses to start or update a machine that is being replaced", async () => {
    const { app, machine, call, get, clock } = aFly({ latency: "fly", orgListLagMs: 0 });
    await app("one");
    const { id } = await machine("one", { skip_launch: true });
    await clock.sleep(60_000);
    await call("POST", `/apps/one/machines/${id}`, { config: aConfig({ image: "other:2" }) });
    expect((await get("one", id)).state).toBe("replacing");
    expect(await call("POST", `/apps/one/machines/${id}/start`)).toMatchObject({
      status: 412,
      body: { error: "failed_precondition: machine getting replaced, refusing to start" },
    });
    const again = await call("POST", `/apps/one/machines/${id}`, { config: aConfig() });
    expect(again.status).toBe(412);
    await clock.sleep(10_000);
    expect((await get("one", id)).state).toBe("created");
    expect((await call("POST", `/apps/one/machines/${id}/start`)).status).toBe(200);
  });

  it("refuses to change name, region or volume", async () => {
    const { app, machine, volume, call } = aFly();
    await app("one");
    const disk = await volume("one");
    const { id } = await machine("one");
    const update = (more: object) =>
      call("POST", `/apps/one/machines/${id}`, { config: aConfig(), ...more });
    expect((await update({ name: "other" })).status).toBe(400);
    expect((await update({ region: "iad" })).status).toBe(400);
    const mounted = aConfig({ mounts: [{ volume: disk.id, path: "/data" }] });
    expect(await update({ config: mounted })).toMatchObject({
      status: 400,
      body: { error: "invalid_argument: volume does not exist" },
    });
  });

  it("loses the volume when the new config forgets its mount", async () => {
    const { app, machine, volume, call } = aFly();
    await app("one");
    const disk = await volume("one");
    const { id } = await machine("one", {
      config: { mounts: [{ volume: disk.id, path: "/data" }] },
    });
    await call("POST", `/apps/one/machines/${id}`, { config: aConfig() });
    const { body } = await call("GET", `/apps/one/volumes/${disk.id}`);
    expect(body).toMatchObject({ attached_machine_id: null });
  });
});
