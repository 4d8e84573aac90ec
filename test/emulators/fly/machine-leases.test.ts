import { describe, expect, it } from "vitest";
import { aConfig, aFly } from "./a-fly.ts";

interface LeaseAnswer {
  readonly status: string;
  readonly data: { readonly nonce: string; readonly expires_at: number; readonly owner: string };
}

const leased = async () => {
  const cloud = aFly();
  await cloud.app("one");
  const { id } = await cloud.machine("one");
  await cloud.get("one", id);
  const path = `/apps/one/machines/${id}`;
  const acquire = (body: object | undefined, nonce?: string, query = "") =>
    cloud.call<LeaseAnswer>(
      "POST",
      `${path}/lease${query}`,
      body,
      nonce === undefined ? {} : { "fly-machine-lease-nonce": nonce },
    );
  return { ...cloud, id, path, acquire };
};

describe("leases", () => {
  it("answers an envelope and refuses a second holder, with owner and end", async () => {
    const { acquire, call, path, clock, id } = await leased();
    const first = await acquire({ ttl: 60, description: "run 1" });
    expect(first).toMatchObject({
      status: 201,
      body: {
        status: "success",
        data: { description: "run 1", expires_at: clock.now() / 1_000 + 60 },
      },
    });
    expect((await call("GET", `${path}/lease`)).body).toEqual(first.body);
    const second = await acquire({ ttl: 60 });
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({
      error: expect.stringContaining(`machine ID ${id} lease currently held by`),
    });
  });

  it("takes the ttl from the query too", async () => {
    const { acquire, clock } = await leased();
    const { body } = await acquire(undefined, undefined, "?ttl=120");
    expect(body.data.expires_at).toBe(clock.now() / 1_000 + 120);
  });

  it("is refreshed with its nonce, released with it, and ends by itself", async () => {
    const { acquire, call, path, clock } = await leased();
    const { nonce, expires_at } = (await acquire({ ttl: 10 })).body.data;
    clock.advance(5_000);
    const refreshed = (await acquire({ ttl: 10 }, nonce)).body.data;
    expect(refreshed).toMatchObject({ nonce, expires_at: expires_at + 5 });
    const wrong = { "fly-machine-lease-nonce": "wrong" };
    expect((await call("DELETE", `${path}/lease`, undefined, wrong)).status).toBe(409);
    const right = { "fly-machine-lease-nonce": nonce };
    expect((await call("DELETE", `${path}/lease`, undefined, right)).status).toBe(200);
    expect((await call("GET", `${path}/lease`)).status).toBe(404);
    await acquire({ ttl: 10 });
    clock.advance(10_000);
    expect((await acquire({ ttl: 10 })).status).toBe(201);
  });

  it.each([
    ["POST", "", { config: aConfig() }],
    ["POST", "/stop", {}],
    ["POST", "/start", undefined],
    ["POST", "/suspend", undefined],
    ["POST", "/restart", undefined],
    ["POST", "/cordon", undefined],
    ["POST", "/uncordon", undefined],
    ["DELETE", "?force=true", undefined],
  ])("guards %s %s", async (method, suffix, body) => {
    const { acquire, call, path } = await leased();
    const { nonce } = (await acquire({ ttl: 60 })).body.data;
    expect((await call(method, path + suffix, body)).status).toBe(409);
    const header = { "fly-machine-lease-nonce": nonce };
    expect((await call(method, path + suffix, body, header)).status).toBe(200);
  });

  it("does not guard metadata, nor the creation of another machine", async () => {
    const { acquire, call, path, machine } = await leased();
    await acquire({ ttl: 60 });
    const patch = { metadata: { k: "v" } };
    expect((await call("PATCH", `${path}/metadata`, patch)).status).toBe(204);
    await expect(machine("one", { name: "other" })).resolves.toMatchObject({ name: "other" });
  });

  it("can be had with the creation, and shown in reads", async () => {
    const { machine, call } = await leased();
    const made = await machine("one", { name: "other", lease_ttl: 30 });
    const { nonce } = made as unknown as { nonce: string };
    const path = `/apps/one/machines/${made.id}`;
    expect((await call("POST", `${path}/stop`, {})).status).toBe(409);
    const shown = await call("GET", `${path}?include_leases=true`);
    expect(shown.body).toMatchObject({ lease: { owner: expect.any(String) } });
    expect(JSON.stringify(shown.body)).not.toContain(nonce);
  });
});
