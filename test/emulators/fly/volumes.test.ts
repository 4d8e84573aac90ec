import { describe, expect, it } from "vitest";
import { aConfig, aFly } from "./a-fly.ts";

const mounting = (volume: string) => ({ config: { mounts: [{ volume, path: "/data" }] } });

describe("volumes", () => {
  it("are created, listed, read and changed; names are not unique", async () => {
    const { app, volume, call } = aFly();
    await app("one");
    const compute = { cpu_kind: "shared", cpus: 1, memory_mb: 1024 };
    const { id } = await volume("one", { compute, snapshot_retention: 7 });
    await volume("one");
    expect(await call("GET", `/apps/one/volumes/${id}`)).toMatchObject({
      body: { name: "data", state: "created", size_gb: 10, snapshot_retention: 7, encrypted: true },
    });
    const update = { snapshot_retention: 9, auto_backup_enabled: false };
    const updated = await call("PUT", `/apps/one/volumes/${id}`, update);
    expect(updated.body).toMatchObject(update);
    expect((await call("GET", "/apps/one/volumes")).body).toHaveLength(2);
  });

  it("are creating for a moment", async () => {
    const { app, volume, call, clock } = aFly({ latency: "fly" });
    await app("one");
    const { id, state } = await volume("one");
    expect(state).toBe("creating");
    await clock.sleep(1_000);
    expect((await call("GET", `/apps/one/volumes/${id}`)).body).toMatchObject({ state: "created" });
  });

  it.each([
    [{ name: "Bad-Name" }],
    [{ size_gb: 501 }],
    [{ size_gb: 0 }],
    [{ region: "yul" }],
    [{ region: "eu" }],
    [{ snapshot_retention: 61 }],
  ])("are refused with %j", async (more) => {
    const { app, call } = aFly();
    await app("one");
    const request = { name: "data", region: "yyz", size_gb: 1, ...more };
    expect((await call("POST", "/apps/one/volumes", request)).status).toBe(400);
  });

  it("belong to one machine at a time, of their app and region", async () => {
    const { app, volume, machine, call } = aFly();
    await app("one");
    await app("two");
    const { id } = await volume("one");
    const { id: first } = await machine("one", mounting(id));
    const second = { name: "second", region: "yyz", config: aConfig(mounting(id).config) };
    const refused = await call("POST", "/apps/one/machines", second);
    expect(refused).toMatchObject({ status: 412 });
    expect(refused.body.error).toContain(`already claimed by machine ${first}`);
    expect((await call("POST", "/apps/two/machines", second)).body).toMatchObject({
      error: "invalid_argument: volume does not exist",
    });
    const gone = await volume("one");
    await call("DELETE", `/apps/one/volumes/${gone.id}`);
    const tooLate = { ...second, config: aConfig(mounting(gone.id).config) };
    expect((await call("POST", "/apps/one/machines", tooLate)).status).toBe(400);
    const far = await volume("one", { region: "iad" });
    const wrongRegion = { ...second, config: aConfig(mounting(far.id).config) };
    expect((await call("POST", "/apps/one/machines", wrongRegion)).body.error).toContain(
      "is in the wrong region",
    );
  });

  it("only grow", async () => {
    const { app, volume, machine, call, get } = aFly();
    await app("one");
    const { id } = await volume("one");
    const extend = (size_gb: number) => call("PUT", `/apps/one/volumes/${id}/extend`, { size_gb });
    expect((await extend(20)).body).toMatchObject({
      needs_restart: false,
      volume: { size_gb: 20 },
    });
    expect((await extend(10)).status).toBe(400);
    expect((await extend(501)).status).toBe(400);
    await get("one", (await machine("one", mounting(id))).id);
    expect((await extend(30)).body).toMatchObject({ needs_restart: true });
  });

  it("are not deleted while attached, and linger a day after", async () => {
    const { app, volume, machine, call, clock, inside } = aFly();
    await app("one");
    const { id } = await volume("one");
    const { id: machineId } = await machine("one", mounting(id));
    expect((await call("DELETE", `/apps/one/volumes/${id}`)).status).toBe(412);
    await call("DELETE", `/apps/one/machines/${machineId}?force=true`);
    const deleted = await call("DELETE", `/apps/one/volumes/${id}`);
    expect(deleted.body).toMatchObject({ id, state: "pending_destroy" });
    expect((await call("GET", "/apps/one/volumes")).body).toMatchObject([
      { id, state: "pending_destroy" },
    ]);
    expect(inside.discarded).toEqual([id]);
    expect((await call("DELETE", `/apps/one/volumes/${id}`)).status).toBe(404);
    clock.advance(25 * 3_600_000);
    expect((await call("GET", "/apps/one/volumes")).body).toEqual([]);
    expect((await call("GET", `/apps/one/volumes/${id}`)).status).toBe(404);
  });

  it("keep their data from machine to machine", async () => {
    const { app, volume, machine, get, call, inside } = aFly();
    await app("one");
    const { id } = await volume("one");
    const first = await machine("one", mounting(id));
    await get("one", first.id);
    await call("DELETE", `/apps/one/machines/${first.id}?force=true`);
    const second = await machine("one", mounting(id));
    await get("one", second.id);
    expect(inside.found).toEqual([undefined, first.id]);
  });

  it("are forked and restored with their data", async () => {
    const { app, volume, machine, get, call, inside } = aFly();
    await app("one");
    const source = await volume("one");
    const writer = await machine("one", mounting(source.id));
    await get("one", writer.id);
    const snapshots = `/apps/one/volumes/${source.id}/snapshots`;
    expect((await call("POST", snapshots)).status).toBe(200);
    const { body } = await call<{ id: string; status: string }[]>("GET", snapshots);
    expect(body).toMatchObject([{ status: "created" }]);
    const fork = await volume("one", { source_volume_id: source.id, size_gb: 20 });
    const restored = await volume("one", { snapshot_id: body[0]?.id });
    const empty = await volume("one");
    for (const [name, { id }] of Object.entries({ fork, restored, empty })) {
      await get("one", (await machine("one", { name, ...mounting(id) })).id);
    }
    expect(inside.found).toEqual([undefined, writer.id, writer.id, undefined]);
    const small = { name: "data", region: "yyz", size_gb: 1, source_volume_id: source.id };
    expect((await call("POST", "/apps/one/volumes", small)).status).toBe(400);
    const unknown = { name: "data", region: "yyz", snapshot_id: "vs_none" };
    expect((await call("POST", "/apps/one/volumes", unknown)).status).toBe(404);
  });

  it("have snapshots that take a moment", async () => {
    const { app, volume, call, clock } = aFly({ latency: "fly" });
    await app("one");
    const { id } = await volume("one");
    const path = `/apps/one/volumes/${id}/snapshots`;
    await call("POST", path);
    expect((await call("GET", path)).body).toMatchObject([{ status: "creating" }]);
    await clock.sleep(2_000);
    expect((await call("GET", path)).body).toMatchObject([{ status: "created" }]);
  });

  it("get a new id when their host changes, and so does the machine's address", async () => {
    const { app, volume, machine, get, call, emulator } = aFly();
    await app("one");
    const disk = await volume("one");
    const { id } = await machine("one", mounting(disk.id));
    const before = await get("one", id);
    await emulator.control.migrateHost("one", id);
    const after = await get("one", id);
    const moved = after.config?.mounts?.[0]?.volume ?? "";
    expect(moved).not.toBe(disk.id);
    expect(after.private_ip).not.toBe(before.private_ip);
    expect(after).toMatchObject({ id, version: before.version, state: "started" });
    expect((await call("GET", `/apps/one/volumes/${disk.id}`)).status).toBe(404);
    expect((await call("GET", `/apps/one/volumes/${moved}`)).body).toMatchObject({
      attached_machine_id: id,
    });
  });
});
