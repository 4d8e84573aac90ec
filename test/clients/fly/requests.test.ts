/** What each method sends and makes of a good answer. */

import { describe, expect, it } from "vitest";
import { readOnly } from "#clients/fly/client.ts";
import { Secret } from "#silo/secret.ts";
import { type Asked, aMachine, inTurn, json, refusal, scripted } from "../scripted-fetch.ts";

const config = {
  image: "kong:3.4.2",
  guest: { cpu_kind: "shared", cpus: 1, memory_mb: 512 },
} as const;

function sent(asked: Asked | undefined): string {
  return asked ? `${asked.method} ${asked.url.pathname}${asked.url.search}` : "nothing";
}

describe("reads", () => {
  it("gives an app, a free name and a foreign app as values", async () => {
    const found = scripted(() => json(200, { id: "a", name: "devenv-a-b-pg", network: "n" }));
    expect(await found.client.getApp("devenv-a-b-pg")).toEqual({
      kind: "found",
      app: { id: "a", name: "devenv-a-b-pg", network: "n" },
    });
    expect(sent(found.asked[0])).toBe("GET /v1/apps/devenv-a-b-pg");
    const free = scripted(() => refusal(404, "not found"));
    expect(await free.client.getApp("x")).toEqual({ kind: "absent" });
    const foreign = scripted(() => refusal(403, "unauthorized"));
    expect(await foreign.client.getApp("x")).toEqual({ kind: "foreign" });
  });

  it("leaves out destroyed machines and tells an absent app from an empty one", async () => {
    const { client } = scripted(() =>
      json(200, [aMachine(), aMachine({ id: "gone", state: "destroyed" })]),
    );
    expect((await client.listMachines("app"))?.map(({ id }) => id)).toEqual(["4d891d4c"]);
    expect(await scripted(() => json(200, null)).client.listMachines("app")).toEqual([]);
    expect(await scripted(() => refusal(404, "x")).client.listMachines("app")).toBeUndefined();
    const destroyed = scripted(() => json(200, aMachine({ state: "destroyed" })));
    expect(await destroyed.client.getMachine("app", "gone")).toBeUndefined();
  });

  it("keeps unknown parts of a config and puts the echoed autostop into words", async () => {
    const services = [false, true, "suspend"].map((autostop) => ({ autostop, ports: null }));
    const { client } = scripted(() =>
      json(200, aMachine({ config: { ...config, services, new_thing: { a: 1 }, env: null } })),
    );
    const machine = await client.getMachine("app", "4d891d4c");
    expect(machine?.config).toEqual({
      ...config,
      new_thing: { a: 1 },
      services: ["off", "stop", "suspend"].map((autostop) => ({ autostop, ports: [] })),
    });
  });

  it("leaves out volumes that are on their way out", async () => {
    const states = ["created", "pending_destroy", "scheduling_destroy", "hydrating"];
    const { client } = scripted(() =>
      json(
        200,
        states.map((state) => ({ id: state, state, size_gb: 1, attached_machine_id: "" })),
      ),
    );
    const volumes = await client.listVolumes("app");
    expect(volumes?.map(({ id }) => id)).toEqual(["created", "hydrating"]);
    expect(volumes?.[0]?.attached_machine_id).toBeNull();
  });

  it("reads a lease in its envelope and bare, and nobody's as undefined", async () => {
    const lease = { nonce: "n1", expires_at: 1_800_000_000, owner: "o", description: "run 1" };
    const enveloped = scripted(() => json(200, { status: "success", data: lease }));
    expect(await enveloped.client.getLease("app", "m")).toEqual(lease);
    expect(await scripted(() => json(200, lease)).client.getLease("app", "m")).toEqual(lease);
    expect(await scripted(() => refusal(404, "x")).client.getLease("app", "m")).toBeUndefined();
  });

  it("has no method that writes when it is read-only", () => {
    const client = readOnly(scripted(() => json(200, {})).client);
    expect(Object.keys(client).sort()).toEqual(
      [
        ["currentTokens", "regions", "listApps", "listOrgMachines", "listOrgVolumes", "getApp"],
        ["listMachines", "getMachine", "listVolumes", "listSnapshots", "listSecrets", "listIps"],
        ["getLease", "listEvents", "queryMetrics", "listLogs"],
      ]
        .flat()
        .sort(),
    );
    expect("createApp" in client).toBe(false);
  });
});

describe("writes", () => {
  it("creates an app on its network", async () => {
    const { client, asked } = scripted(() => json(201, { id: "a", created_at: 1 }));
    await client.createApp({ name: "devenv-a-b-pg", org: "acme", network: "devenv-a-b" });
    expect(sent(asked[0])).toBe("POST /v1/apps");
    expect(asked[0]?.body).toEqual({
      name: "devenv-a-b-pg",
      org_slug: "acme",
      network: "devenv-a-b",
    });
    expect(asked[0]?.headers.get("content-type")).toBe("application/json");
  });

  it("sends the nonce with every change under a lease", async () => {
    const { client, asked } = scripted(() => json(200, aMachine()));
    const lease = { nonce: "n1" };
    await client.updateMachine("app", "m", { config, current_version: "v1" }, lease);
    await client.startMachine("app", "m", lease);
    await client.stopMachine("app", "m", { signal: "SIGINT", timeout: "60s" }, lease);
    await client.deleteMachine("app", "m", lease);
    expect(asked.map(sent)).toEqual([
      "POST /v1/apps/app/machines/m",
      "POST /v1/apps/app/machines/m/start",
      "POST /v1/apps/app/machines/m/stop",
      "DELETE /v1/apps/app/machines/m?force=true",
    ]);
    expect(asked.map(({ headers }) => headers.get("fly-machine-lease-nonce"))).toEqual(
      Array(4).fill("n1"),
    );
    expect(asked[0]?.body).toEqual({ config, current_version: "v1" });
    expect(asked[2]?.body).toEqual({ signal: "SIGINT", timeout: "60s" });
  });

  it("sets secrets in one call and reads the version under either name", async () => {
    for (const answer of [{ version: 7 }, { Version: 7 }, { version: 7, Version: 6 }]) {
      const { client, asked } = scripted(() => json(200, { secrets: [], ...answer }));
      const version = await client.setSecrets("app", { A: new Secret("value-a"), OLD: null });
      expect(version).toEqual({ version: 7 });
      expect(asked[0]?.body).toEqual({ values: { A: "value-a", OLD: null } });
    }
  });

  it("treats 201 of a volume like 200, and extends it", async () => {
    const volume = { id: "vol_1", name: "data", state: "created", size_gb: 10, region: "yyz" };
    const created = scripted(() => json(201, volume));
    const request = { name: "data", region: "yyz", size_gb: 10 };
    expect(await created.client.createVolume("app", request)).toMatchObject(volume);
    const extended = scripted(() => json(200, { needs_restart: true, volume }));
    expect(await extended.client.extendVolume("app", "vol_1", 20)).toEqual({ needsRestart: true });
    expect(sent(extended.asked[0])).toBe("PUT /v1/apps/app/volumes/vol_1/extend");
    expect(extended.asked[0]?.body).toEqual({ size_gb: 20 });
  });

  it("removes metadata keys by an empty text, which the OpenAPI document allows", async () => {
    const { client, asked } = scripted(() => new Response(null, { status: 204 }));
    await client.patchMetadata("app", "m", { a: "1", b: null }, "v1");
    expect(sent(asked[0])).toBe("PATCH /v1/apps/app/machines/m/metadata");
    expect(asked[0]?.body).toEqual({ metadata: { a: "1", b: "" }, machine_version: "v1" });
  });

  it("takes, keeps and releases a lease; releasing one that is gone is no error", async () => {
    const lease = { nonce: "n1", expires_at: 1_800_000_000 };
    const { client, asked } = scripted(
      inTurn(
        () => json(201, { status: "success", data: lease }),
        () => json(200, { status: "success", data: lease }),
        () => refusal(404, "no lease"),
      ),
    );
    const how = { ttlSeconds: 120, description: "run 1" };
    expect(await client.acquireLease("app", "m", how)).toEqual(lease);
    expect(await client.refreshLease("app", "m", { ...how, nonce: "n1" })).toEqual(lease);
    await client.releaseLease("app", "m", "n1");
    expect(asked.map(sent)).toEqual([
      "POST /v1/apps/app/machines/m/lease",
      "POST /v1/apps/app/machines/m/lease",
      "DELETE /v1/apps/app/machines/m/lease",
    ]);
    expect(asked[0]?.body).toEqual({ ttl: 120, description: "run 1" });
    expect(asked.map(({ headers }) => headers.get("fly-machine-lease-nonce"))).toEqual([
      null,
      "n1",
      "n1",
    ]);
  });

  it("does not mind deleting what is gone", async () => {
    const { client, asked } = scripted(() => refusal(404, "not found"));
    await client.deleteApp("app");
    await client.deleteMachine("app", "m");
    await client.deleteVolume("app", "v");
    await client.releaseIp("app", "2a09:8280:1::1");
    expect(asked.map(sent)).toEqual([
      "DELETE /v1/apps/app?force=true",
      "DELETE /v1/apps/app/machines/m?force=true",
      "DELETE /v1/apps/app/volumes/v",
      "DELETE /v1/apps/app/ip_assignments/2a09%3A8280%3A1%3A%3A1",
    ]);
  });

  it("gives the exit code of a command, also where Go leaves out a zero", async () => {
    const failed = scripted(() => json(200, { exit_code: 3, stdout: "", stderr: "no" }));
    const request = { command: ["psql"], stdin: "select 1", timeout: 5 };
    expect(await failed.client.exec("app", "m", request)).toEqual({
      exit_code: 3,
      stdout: "",
      stderr: "no",
    });
    expect(failed.asked[0]?.body).toEqual(request);
    const silent = scripted(() => json(200, { stdout: "1" }));
    expect(await silent.client.exec("app", "m", request)).toMatchObject({ exit_code: 0 });
  });

  it("reports every attempt, without queries and bodies", async () => {
    const calls: unknown[] = [];
    const { client } = scripted(
      inTurn(
        () => refusal(500, "x"),
        () => json(200, { apps: [] }),
      ),
      { onCall: (call) => calls.push(call) },
    );
    await client.listApps("acme");
    expect(calls).toEqual([
      { action: "app.list", method: "GET", path: "/v1/apps", status: 500, ms: 0 },
      { action: "app.list", method: "GET", path: "/v1/apps", status: 200, ms: 0 },
    ]);
  });

  it("keeps dots out of the path and encodes the rest", async () => {
    const { client, asked } = scripted(() => json(200, aMachine()));
    await expect(client.deleteMachine("app", "..")).rejects.toThrow(/is no name/);
    await expect(client.deleteApp("")).rejects.toThrow(/is no name/);
    expect(asked).toEqual([]);
    await client.getMachine("a/../b", "m?x=1");
    expect(asked[0]?.url.pathname).toBe("/v1/apps/a%2F..%2Fb/machines/m%3Fx%3D1");
  });
});
