import { describe, expect, it } from "vitest";
import { aFly } from "./a-fly.ts";

describe("apps", () => {
  it("creates, shows, lists and deletes an app", async () => {
    const { call, app, machine } = aFly();
    const created = await call("POST", "/apps", { name: "one", org_slug: "acme", network: "silo" });
    expect(created).toMatchObject({ status: 201, body: { id: expect.any(String) } });
    expect((await call("GET", "/apps/one")).body).toMatchObject({
      name: "one",
      network: "silo",
      status: "pending",
      machine_count: 0,
      organization: { slug: "acme" },
    });
    await machine("one");
    await app("two");
    await app("elsewhere", { org: "globex" });
    expect((await call("GET", "/apps?org_slug=acme")).body).toMatchObject({
      total_apps: 2,
      apps: [{ name: "one", status: "deployed", machine_count: 1 }, { name: "two" }],
    });
    expect((await call("DELETE", "/apps/one?force=true")).status).toBe(202);
    expect((await call("GET", "/apps/one")).status).toBe(404);
  });

  it("takes app_name as the documents' examples send it", async () => {
    const { raw, call } = aFly();
    expect((await raw("POST", "/apps", { app_name: "old", org_slug: "acme" })).status).toBe(201);
    expect((await call("GET", "/apps/old")).status).toBe(200);
  });

  it("refuses a taken name, whoever has it", async () => {
    const { call, app } = aFly();
    await app("mine", { org: "globex" });
    const { status, body } = await call("POST", "/apps", { name: "mine", org_slug: "acme" });
    expect(status).toBe(422);
    expect(body).toEqual({
      error: "Validation failed: Name has already been taken",
      status: "name_taken",
    });
  });

  it("answers a repeat under the same idempotency key as the first time", async () => {
    const { call } = aFly();
    const request = { name: "one", org_slug: "acme", idempotency_key: "k1" };
    const first = await call("POST", "/apps", request);
    expect((await call("POST", "/apps", request)).body).toEqual(first.body);
    const other = await call("POST", "/apps", { ...request, idempotency_key: "k2" });
    expect(other.status).toBe(422);
  });

  it.each(["Upper", "under_score", "", "a".repeat(64)])("refuses the name %j", async (name) => {
    const { call } = aFly();
    expect((await call("POST", "/apps", { name, org_slug: "acme" })).status).toBe(422);
  });

  it("pages the list with a cursor that expires after 30 minutes", async () => {
    const { call, app, clock } = aFly();
    for (const name of ["c", "a", "b"]) await app(name);
    const first = await call("GET", "/apps?org_slug=acme&limit=2");
    expect(first.body).toMatchObject({ total_apps: 3, apps: [{ name: "a" }, { name: "b" }] });
    const next = `/apps?org_slug=acme&limit=2&cursor=${first.body.next_cursor}`;
    const second = await call("GET", next);
    expect(second.body).toMatchObject({ apps: [{ name: "c" }] });
    expect(second.body).not.toHaveProperty("next_cursor");
    clock.advance(31 * 60_000);
    expect((await call("GET", next)).status).toBe(400);
  });

  it("takes machines, volumes, addresses and secrets with a deleted app", async () => {
    const { call, app, volume, machine, inside, get } = aFly();
    await app("one");
    const { id: disk } = await volume("one");
    const { id } = await machine("one", { config: { mounts: [{ volume: disk, path: "/data" }] } });
    await get("one", id);
    await call("POST", "/apps/one/secrets", { values: { KEY: "value" } });
    await call("POST", "/apps/one/ip_assignments", { type: "v6" });
    await call("DELETE", "/apps/one");
    expect(inside).toMatchObject({ stops: [id], discarded: [disk] });
    await app("one");
    expect((await call("GET", "/apps/one/machines")).body).toEqual([]);
    expect((await call("GET", "/apps/one/volumes")).body).toEqual([]);
    expect((await call("GET", "/apps/one/secrets")).body).toEqual({ secrets: [] });
    expect((await call("GET", "/apps/one/ip_assignments")).body).toEqual({ ips: [] });
    expect((await call("GET", "/orgs/acme/machines")).body).toMatchObject({ machines: [] });
  });
});
