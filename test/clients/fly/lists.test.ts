/** Paged lists: to their end, once each, and never for ever. */

import { describe, expect, it } from "vitest";
import { isApiError } from "#silo/errors.ts";
import { aMachine, failureOf, inTurn, json, scripted } from "../scripted-fetch.ts";

const row = (id: string, changes: Record<string, unknown> = {}) => ({
  ...aMachine({ id, config: { metadata: { silo_id: "s" } } }),
  app_name: "devenv-a-b-pg",
  ...changes,
});

describe("org-wide lists", () => {
  it("follow cursors over empty pages and collect the regions that did not answer", async () => {
    const { client, asked } = scripted(
      inTurn(
        () => json(200, { machines: [row("m1")], next_cursor: "c1", error_regions: ["yyz"] }),
        () => json(200, { machines: null, next_cursor: "c2", error_regions: null }),
        () => json(200, { machines: [row("m2")], next_cursor: "", error_regions: ["yyz", "ams"] }),
      ),
    );
    const list = await client.listOrgMachines("acme");
    expect(list.items.map(({ id }) => id)).toEqual(["m1", "m2"]);
    expect(list.errorRegions).toEqual(["yyz", "ams"]);
    expect(asked.map(({ url }) => url.search)).toEqual([
      "?limit=1000",
      "?limit=1000&cursor=c1",
      "?limit=1000&cursor=c2",
    ]);
    expect(asked[0]?.url.pathname).toBe("/v1/orgs/acme/machines");
  });

  it("give each machine once, as it was last seen, and none that is gone", async () => {
    const { client } = scripted(
      inTurn(
        () => json(200, { machines: [row("m1"), row("m2")], next_cursor: "c1" }),
        () =>
          json(200, {
            machines: [row("m1", { state: "stopped" }), row("m2", { state: "destroyed" })],
          }),
      ),
    );
    const { items } = await client.listOrgMachines("acme");
    expect(items.map(({ id, state }) => [id, state])).toEqual([["m1", "stopped"]]);
    expect(items[0]?.config?.metadata).toEqual({ silo_id: "s" });
  });

  it("leave out volumes on their way out", async () => {
    const volume = (id: string, state: string) => ({ id, state, size_gb: 1, app_name: "a" });
    const { client } = scripted(() =>
      json(200, { volumes: [volume("v1", "created"), volume("v2", "pending_destroy")] }),
    );
    expect((await client.listOrgVolumes("acme")).items.map(({ id }) => id)).toEqual(["v1"]);
  });

  it("fail on a cursor that comes twice", async () => {
    const { client, asked } = scripted(() => json(200, { machines: [], next_cursor: "c1" }));
    const error = await failureOf(client.listOrgMachines("acme"));
    expect(isApiError(error, "invalid")).toBe(true);
    expect(String(error)).toContain("same cursor twice");
    expect(asked).toHaveLength(2);
  });

  it("fail on a list without an end", async () => {
    const { client, asked } = scripted((_call, count) =>
      json(200, { machines: [], next_cursor: `c${count}` }),
    );
    const error = await failureOf(client.listOrgMachines("acme"));
    expect(isApiError(error, "invalid")).toBe(true);
    expect(asked).toHaveLength(1_000);
  });

  it("fail whole when one row cannot be read, since a lost row looks like absence", async () => {
    for (const bad of [null, {}, row("m2", { app_name: undefined })]) {
      const { client } = scripted(() => json(200, { machines: [row("m1"), bad] }));
      expect(isApiError(await failureOf(client.listOrgMachines("acme")), "invalid")).toBe(true);
    }
  });
});

describe("other lists", () => {
  it("apps are asked for by 5,000", async () => {
    const { client, asked } = scripted(() => json(200, { total_apps: 1, apps: [{ name: "a" }] }));
    expect((await client.listApps("acme")).map(({ name }) => name)).toEqual(["a"]);
    expect(asked[0]?.url.search).toBe("?org_slug=acme&limit=5000");
  });

  it("machines of an app go on where the header says so", async () => {
    const { client, asked } = scripted(
      inTurn(
        () => json(200, [aMachine({ id: "m1" })], { "fly-next-cursor": "c1" }),
        () => json(200, [aMachine({ id: "m2" })]),
      ),
    );
    expect((await client.listMachines("app"))?.map(({ id }) => id)).toEqual(["m1", "m2"]);
    expect(asked.map(({ url }) => url.search)).toEqual(["", "?cursor=c1"]);
  });
});
