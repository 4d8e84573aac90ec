import { describe, expect, it } from "vitest";
import { aFly, aWebService } from "./a-fly.ts";

describe("saving and restoring", () => {
  it("goes on where it was: what ran boots again, what was coming still comes", async () => {
    const before = aFly({ latency: "fly", orgListLagMs: 0 });
    await before.app("one", { network: "silo" });
    const disk = await before.volume("one");
    await before.call("POST", "/apps/one/ip_assignments", { type: "v6" });
    await before.call("POST", "/apps/one/secrets", { values: { KEY: "value" } });
    await before.clock.sleep(1_000);
    const up = await before.machine("one", {
      name: "up",
      config: { services: [aWebService()], mounts: [{ volume: disk.id, path: "/data" }] },
    });
    await before.emulator.proxy("https://one.fly.dev/");
    const coming = await before.machine("one", { name: "coming" });

    const saved = JSON.parse(JSON.stringify(before.emulator.save()));
    expect(saved.atMs).toBe(before.clock.now());
    const after = aFly({ latency: "fly", orgListLagMs: 0, state: saved });
    after.clock.advance(saved.atMs - after.clock.now());

    expect(await after.get("one", up.id)).toMatchObject({ state: "started", version: up.version });
    expect(after.inside.found).toEqual([up.id]);
    expect(after.inside.boots[0]?.containers[0]?.env.KEY).toBe("value");
    expect((await after.emulator.proxy("https://one.fly.dev/a")).status).toBe(200);
    await after.clock.sleep(200);
    expect((await after.get("one", coming.id)).state).toBe("creating");
    await after.clock.sleep(15_000);
    expect((await after.get("one", coming.id)).state).toBe("started");
    const { body } = await after.call("GET", "/apps/one/ip_assignments");
    expect(body.ips).toHaveLength(1);
    expect(after.emulator.traffic("one")).toHaveLength(2);
  });

  it("makes the same names from the same seed, and others from another", async () => {
    const names = async (seed: number) => {
      const cloud = aFly({ seed });
      await cloud.app("one");
      const { id: volume } = await cloud.volume("one");
      const { id, version, private_ip } = await cloud.machine("one");
      return { volume, id, version, private_ip };
    };
    expect(await names(7)).toEqual(await names(7));
    expect(await names(8)).not.toEqual(await names(7));
  });

  it("does not give a name twice after a restart", async () => {
    const before = aFly();
    await before.app("one");
    const first = await before.volume("one");
    const after = aFly({ state: before.emulator.save() });
    expect((await after.volume("one")).id).not.toBe(first.id);
  });

  it("stops what runs when it is closed", async () => {
    const cloud = aFly();
    await cloud.app("one");
    const { id } = await cloud.machine("one");
    await cloud.get("one", id);
    await cloud.emulator.close();
    expect(cloud.inside.stops).toEqual([id]);
  });
});
