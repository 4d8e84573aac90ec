import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "#emulators/faults.ts";
import { aConfig, aFly } from "./a-fly.ts";

const create = (cloud: ReturnType<typeof aFly>, app: string, name = "main") =>
  cloud.call("POST", `/apps/${app}/machines`, { name, region: "yyz", config: aConfig() });

describe("faults that a name provokes", () => {
  it("fault-503: two failures of each write, without effect, then none", async () => {
    const cloud = aFly();
    const make = () => cloud.call("POST", "/apps", { name: "x-fault-503", org_slug: "acme" });
    expect([(await make()).status, (await make()).status]).toEqual([503, 503]);
    expect((await cloud.call("GET", "/apps/x-fault-503")).status).toBe(404);
    expect((await make()).status).toBe(201);
    expect((await create(cloud, "x-fault-503")).status).toBe(503);
    expect((await create(cloud, "x-fault-503")).status).toBe(503);
    expect((await create(cloud, "x-fault-503")).status).toBe(200);
  });

  it("fault-429: the same with the limiter's answer", async () => {
    const cloud = aFly();
    const make = () => cloud.call("POST", "/apps", { name: "fault-429", org_slug: "acme" });
    expect([await make(), await make(), await make()].map(({ status }) => status)).toEqual([
      429, 429, 201,
    ]);
  });

  it("fault-down: no write ever works, reads do", async () => {
    const cloud = aFly();
    const make = () => cloud.call("POST", "/apps", { name: "fault-down", org_slug: "acme" });
    for (let index = 0; index < 5; index++) expect((await make()).status).toBe(503);
    expect((await cloud.call("GET", "/apps/fault-down")).status).toBe(404);
  });

  it.each([
    ["fault-capacity", 503, "insufficient_capacity"],
    ["fault-capacity-409", 409, undefined],
    ["fault-capacity-412", 409, undefined],
    ["fault-quota", 403, undefined],
  ])("%s: no machine, with %i", async (name, status, code) => {
    const cloud = aFly();
    await cloud.app(name);
    const refused = await create(cloud, name);
    expect(refused.status).toBe(status);
    expect(refused.body.status).toBe(code);
    expect((await cloud.call("GET", `/apps/${name}/machines`)).body).toEqual([]);
  });

  it("fault-capacity-412: the host of the volume is full", async () => {
    const cloud = aFly();
    await cloud.app("fault-capacity-412");
    const { id } = await cloud.volume("fault-capacity-412");
    const refused = await cloud.call("POST", "/apps/fault-capacity-412/machines", {
      name: "main",
      region: "yyz",
      config: aConfig({ mounts: [{ volume: id, path: "/data" }] }),
    });
    expect(refused).toMatchObject({
      status: 412,
      body: { error: `insufficient resources to create new machine with existing volume '${id}'` },
    });
  });

  it("fault-full-host: a volume without a hint of its machine lands where that has no room", async () => {
    const cloud = aFly();
    await cloud.app("fault-full-host");
    const compute = { cpu_kind: "shared", cpus: 1, memory_mb: 256 };
    const blind = await cloud.volume("fault-full-host");
    const hinted = await cloud.volume("fault-full-host", { compute });
    const on = (volume: string) =>
      cloud.call("POST", "/apps/fault-full-host/machines", {
        name: "main",
        region: "yyz",
        config: aConfig({ mounts: [{ volume, path: "/data" }] }),
      });
    expect((await on(blind.id)).status).toBe(412);
    expect((await on(hinted.id)).status).toBe(200);
  });

  it("fault-volume-capacity: no volume", async () => {
    const cloud = aFly();
    await cloud.app("fault-volume-capacity");
    const request = { name: "data", region: "yyz", size_gb: 1 };
    const refused = await cloud.call("POST", "/apps/fault-volume-capacity/volumes", request);
    expect(refused.body).toMatchObject({ status: "volume_placement_capacity" });
  });

  it("fault-timeout-after-create: the first create of a kind works and answers 408", async () => {
    const cloud = aFly();
    const name = "fault-timeout-after-create";
    await cloud.app(name);
    expect((await create(cloud, name)).status).toBe(408);
    expect((await create(cloud, name)).status).toBe(409);
    const assign = () => cloud.call("POST", `/apps/${name}/ip_assignments`, { type: "v6" });
    expect((await assign()).status).toBe(408);
    expect((await cloud.call("GET", `/apps/${name}/ip_assignments`)).body.ips).toHaveLength(1);
    expect((await assign()).status).toBe(200);
  });

  it("fault-stuck: a machine that never leaves created", async () => {
    const cloud = aFly();
    await cloud.app("fault-stuck");
    const { id } = await cloud.machine("fault-stuck");
    await cloud.clock.sleep(3_600_000);
    expect((await cloud.get("fault-stuck", id)).state).toBe("created");
    const start = await cloud.call("POST", `/apps/fault-stuck/machines/${id}/start`);
    expect(start).toMatchObject({
      status: 412,
      body: {
        error: "failed_precondition: unable to start machine from current state: 'created'",
      },
    });
    const removed = await cloud.call("DELETE", `/apps/fault-stuck/machines/${id}?force=true`);
    expect(removed.status).toBe(200);
  });

  it("fault-foreign: the name belongs to somebody else", async () => {
    const { call } = aFly();
    const request = { name: "fault-foreign", org_slug: "acme" };
    expect((await call("POST", "/apps", request)).body).toMatchObject({ status: "name_taken" });
    expect((await call("GET", "/apps/fault-foreign")).status).toBe(403);
  });

  it("fault-migrate: every start from rest moves the machine to another host", async () => {
    const cloud = aFly();
    await cloud.app("fault-migrate");
    const { id } = await cloud.machine("fault-migrate", { skip_launch: true });
    const before = await cloud.get("fault-migrate", id);
    const start = await cloud.call("POST", `/apps/fault-migrate/machines/${id}/start`);
    expect(start.body).toMatchObject({ migrated: true, new_host: expect.stringMatching(/^yyz-/) });
    expect((await cloud.get("fault-migrate", id)).private_ip).not.toBe(before.private_ip);
  });
});

describe("faults from a plan", () => {
  it("strike before the effect, at the call they name", async () => {
    const faults = parseFaultPlan([
      { match: { method: "POST", path: "/v1/apps/*/machines", nth: 2 }, answer: { status: 500 } },
    ]);
    const cloud = aFly({ faults });
    await cloud.app("one");
    const made = [await create(cloud, "one", "a"), await create(cloud, "one", "b")];
    expect(made.map(({ status }) => status)).toEqual([200, 500]);
    expect((await create(cloud, "one", "b")).status).toBe(200);
  });

  it("strike after the effect", async () => {
    const cloud = aFly({
      faults: [
        {
          match: { method: "POST", path: "/v1/apps", times: 1 },
          effect: "after",
          answer: { status: 504, body: { error: "gateway timeout" } },
        },
      ],
    });
    const make = () => cloud.call("POST", "/apps", { name: "one", org_slug: "acme" });
    expect(await make()).toMatchObject({ status: 504, body: { error: "gateway timeout" } });
    expect((await make()).status).toBe(422);
  });

  it("break the connection as undici reports it", async () => {
    const path = "/v1/apps/**";
    const cloud = aFly({ faults: [{ match: { path, every: 2 }, answer: "reset" }] });
    await cloud.app("one");
    expect((await cloud.call("GET", "/apps/one")).status).toBe(200);
    await expect(cloud.call("GET", "/apps/one")).rejects.toMatchObject({
      message: "fetch failed",
      cause: { code: "ECONNRESET" },
    });
    expect(cloud.emulator.requests.at(-1)).toMatchObject({ status: 0 });
  });

  it("never answer, until the client gives up", async () => {
    const cloud = aFly({ faults: [{ match: {}, answer: "timeout" }] });
    const from = cloud.clock.now();
    const gaveUp = new AbortController();
    const answer = cloud.emulator.fetch("http://fly.local/v1/apps?org_slug=acme", {
      headers: { authorization: "Bearer any" },
      signal: gaveUp.signal,
    });
    const outcome = answer.catch((error: unknown) => error);
    await cloud.clock.sleep(30_000);
    gaveUp.abort(new Error("gave up"));
    expect(await outcome).toMatchObject({ message: "gave up" });
    expect(cloud.clock.now() - from).toBe(30_000);
  });

  it("delay a call", async () => {
    const cloud = aFly({ faults: [{ match: {}, delayMs: 700 }] });
    const from = cloud.clock.now();
    expect((await cloud.call("GET", "/apps?org_slug=acme")).status).toBe(200);
    expect(cloud.clock.now() - from).toBe(700);
  });

  it("answer an empty list, as on 2026-04-28", async () => {
    const faults = [{ match: { path: "/v1/**/machines", method: "GET" }, answer: "empty-list" }];
    const cloud = aFly({ faults: parseFaultPlan({ rules: faults }) });
    await cloud.app("one");
    await cloud.machine("one");
    expect((await cloud.call("GET", "/apps/one/machines")).body).toEqual([]);
    expect((await cloud.call("GET", "/orgs/acme/machines")).body).toMatchObject({ machines: [] });
    expect((await cloud.call("GET", "/apps/one")).body).toMatchObject({ machine_count: 1 });
  });

  it("answer without the regions that do not respond", async () => {
    const cloud = aFly({
      faults: [{ match: { path: "/v1/orgs/**" }, answer: "partial", regions: ["yyz"] }],
    });
    await cloud.app("one");
    await cloud.machine("one");
    const { id } = await cloud.machine("one", { name: "far", region: "iad" });
    expect((await cloud.call("GET", "/orgs/acme/machines")).body).toMatchObject({
      machines: [{ id }],
      error_regions: ["yyz"],
    });
  });

  it("strike by chance, the same calls for the same seed", async () => {
    const strikes = async (seed: number) => {
      const faults = [{ match: { probability: 0.5 }, answer: { status: 500 } }];
      const cloud = aFly({ seed, faults });
      const seen: number[] = [];
      for (let index = 0; index < 20; index++) {
        seen.push((await cloud.call("GET", "/platform/regions")).status);
      }
      return seen.join();
    };
    const first = await strikes(1);
    expect(first).toContain("500");
    expect(first).toContain("200");
    expect(await strikes(1)).toBe(first);
    expect(await strikes(2)).not.toBe(first);
  });

  it.each([
    ["not a list", 1],
    ["an unknown key", [{ math: {} }]],
    ["an unknown answer", [{ match: {}, answer: "explode" }]],
    ["an unknown effect", [{ match: {}, answer: "reset", effect: "during" }]],
    ["nothing to do", [{ match: {} }]],
  ])("are refused with %s", (_what, plan) => {
    expect(() => parseFaultPlan(plan)).toThrow(/^Fault/);
  });
});
