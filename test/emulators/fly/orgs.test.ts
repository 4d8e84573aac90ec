import { describe, expect, it } from "vitest";
import type { FlyOrgMachine, FlyOrgVolume } from "#wire/fly.ts";
import { aFly } from "./a-fly.ts";

interface Machines {
  readonly machines: readonly FlyOrgMachine[];
  readonly next_cursor?: string;
  readonly error_regions: readonly string[];
}

interface Volumes {
  readonly volumes: readonly FlyOrgVolume[];
}

const ids = ({ body }: { body: Machines }) => body.machines.map(({ id }) => id);

describe("org-wide lists", () => {
  it("show the machines of one organisation, with an overview of their config only", async () => {
    const { app, machine, call } = aFly();
    await app("one");
    await app("theirs", { org: "globex" });
    await machine("theirs");
    const { id } = await machine("one", {
      config: { env: { A: "1" }, metadata: { silo_id: "s" }, image: "kong:3" },
    });
    const { body } = await call<Machines>("GET", "/orgs/acme/machines");
    expect(body).toMatchObject({
      machines: [{ id, app_name: "one", state: "started" }],
      error_regions: [],
    });
    expect(body.machines[0]?.config).toEqual({
      guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
      image: "kong:3",
      metadata: { silo_id: "s" },
    });
    const summary = await call<Machines>("GET", "/orgs/acme/machines?summary=true");
    expect(summary.body.machines[0]).not.toHaveProperty("config");
  });

  it("page through by cursor, oldest change first", async () => {
    const { app, machine, call, clock, get } = aFly();
    await app("one");
    const made: string[] = [];
    for (const name of ["a", "b", "c", "d", "e"]) {
      const { id } = await machine("one", { name });
      await get("one", id);
      made.push(id);
      clock.advance(1_000);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const more = cursor === undefined ? "" : `&cursor=${cursor}`;
      const page = await call<Machines>("GET", `/orgs/acme/machines?limit=2${more}`);
      seen.push(...ids(page));
      cursor = page.body.next_cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(made);
    expect((await call("GET", "/orgs/acme/machines?limit=1001")).status).toBe(400);
    expect((await call("GET", "/orgs/acme/machines?cursor=nonsense")).status).toBe(400);
  });

  it("filter by region, state, and time of change", async () => {
    const { app, machine, call, clock } = aFly();
    await app("one");
    const first = await machine("one", { name: "a", skip_launch: true });
    await call("GET", "/platform/regions");
    clock.advance(10_000);
    const since = new Date(clock.now() - 1).toISOString();
    const second = await machine("one", { name: "b", region: "iad" });
    const list = async (query: string) =>
      ids(await call<Machines>("GET", `/orgs/acme/machines?${query}`));
    expect(await list("region=iad")).toEqual([second.id]);
    expect(await list("state=created,stopped")).toEqual([first.id]);
    expect(await list(`updated_after=${since}`)).toEqual([second.id]);
    await call("DELETE", `/apps/one/machines/${second.id}?force=true`);
    expect(await list("")).toEqual([first.id]);
    expect(await list("include_deleted=true")).toEqual([first.id, second.id]);
    expect((await call("GET", "/orgs/acme/machines?updated_after=soon")).status).toBe(400);
  });

  it("are late by as much as they are told to be", async () => {
    const { app, machine, volume, call, get, clock } = aFly({ orgListLagMs: 1_500 });
    await app("one");
    const states = async () => {
      const machines = (await call<Machines>("GET", "/orgs/acme/machines")).body.machines;
      const volumes = (await call<Volumes>("GET", "/orgs/acme/volumes")).body.volumes;
      return [...volumes, ...machines].map(({ state }) => state);
    };
    await volume("one");
    const { id } = await machine("one");
    await get("one", id);
    expect(await states()).toEqual([]);
    clock.advance(1_500);
    expect(await states()).toEqual(["created", "started"]);
    await call("POST", `/apps/one/machines/${id}/stop`, {});
    clock.advance(1_000);
    expect(await states()).toEqual(["created", "started"]);
    clock.advance(500);
    expect(await states()).toEqual(["created", "stopped"]);
    await call("DELETE", "/apps/one");
    expect(await states()).toEqual(["created", "stopped"]);
    clock.advance(1_500);
    expect(await states()).toEqual([]);
  });

  it("show which machine has a volume", async () => {
    const { app, machine, volume, call } = aFly();
    await app("one");
    const { id: disk } = await volume("one");
    const { id } = await machine("one", { config: { mounts: [{ volume: disk, path: "/data" }] } });
    expect((await call<Volumes>("GET", "/orgs/acme/volumes")).body.volumes).toMatchObject([
      { id: disk, app_name: "one", attached_machine_id: id, size_gb: 10 },
    ]);
  });
});

describe("platform", () => {
  it("knows the live regions and the retired ones", async () => {
    const { call } = aFly();
    const { body } = await call<{ regions: { code: string; deprecated: boolean }[] }>(
      "GET",
      "/platform/regions",
    );
    const live = body.regions.filter(({ deprecated }) => !deprecated).map(({ code }) => code);
    expect(live).toHaveLength(18);
    expect(live).toContain("yyz");
    const retired = body.regions.filter(({ deprecated }) => deprecated).map(({ code }) => code);
    expect(retired).toEqual(expect.arrayContaining(["yul", "sea"]));
  });

  it("says where machines would find room", async () => {
    const { call } = aFly();
    const ask = { org_slug: "acme", region: "yyz,ewr", count: 2 };
    expect((await call("POST", "/platform/placements", ask)).body).toMatchObject({
      regions: [
        { region: "yyz", count: 2 },
        { region: "ewr", count: 2 },
      ],
    });
    const full = { ...ask, org_slug: "fault-capacity-org" };
    expect((await call("POST", "/platform/placements", full)).body).toMatchObject({
      regions: [{ count: 0 }, { count: 0 }],
    });
  });
});
