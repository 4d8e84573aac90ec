import { beforeEach, describe, expect, test } from "vitest";
import { ipTypeOf } from "#steps/ip-assign.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { type Api, apiOf, appsOf } from "./api-reader.ts";
import { spiedFetch } from "./spied-fetch.ts";

const silosNetwork = "devenv-acme-erp";
const edited = specText({ services: "    gotrue: { memory_mb: 512 }" });

async function addressesOf(api: Api, slug = "acme-erp") {
  const all = await Promise.all(
    appsOf(slug).map(async (app) => (await api.ips(app)).map((ip) => ({ app, ...ip }))),
  );
  return all.flat();
}

const privateOf = async (api: Api, slug?: string) =>
  (await addressesOf(api, slug)).filter((ip) => ipTypeOf(ip) === "private_v6");

describe("flycast-without-network", () => {
  const spy = spiedFetch();
  let cloud: Cloud;
  let api: Api;
  beforeEach(async () => {
    spy.sent.length = 0;
    cloud = aCloud({ wrap: spy.wrap, files: { "silos/acme-erp.yml": specText() } });
    api = apiOf(cloud, "local");
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
  });

  test("every private address is asked for, and lies, on the silo's network", async () => {
    const asked = spy.sent
      .filter(({ method, path }) => method === "POST" && path.endsWith("/ip_assignments"))
      .map(({ body }) => JSON.parse(body))
      .filter(({ type }) => type === "private_v6");
    expect(asked).toHaveLength(4);
    for (const { network } of asked) expect(network).toBe(silosNetwork);
    const found = await privateOf(api);
    expect(found.map(({ app }) => app)).toEqual(
      ["pg", "rest", "auth", "storage"].map((suffix) => `devenv-acme-erp-${suffix}`),
    );
    for (const { network } of found) expect(network?.name).toBe(silosNetwork);
  });

  test("two silos of one organisation have nothing in common", async () => {
    cloud.files.write("silos/acme-crm.yml", specText({ app: "crm" }));
    expect((await cloud.run("apply acme-crm")).exitCode).toBe(0);
    const networks = async (slug: string) => {
      const apps = await Promise.all(
        appsOf(slug).map((app) => api.get<{ network: string }>(`/v1/apps/${app}`)),
      );
      const addresses = await privateOf(api, slug);
      return new Set([
        ...apps.map((app) => app.network),
        ...addresses.map((ip) => ip.network?.name),
      ]);
    };
    expect([...(await networks("acme-erp"))]).toEqual(["devenv-acme-erp"]);
    expect([...(await networks("acme-crm"))]).toEqual(["devenv-acme-crm"]);
  });

  test.each(["older", "newer"])(
    "an address on the organisation's own network, %s than the right one, is taken away",
    async (age) => {
      const app = "devenv-acme-erp-pg";
      const [right] = (await privateOf(api)).filter((ip) => ip.app === app);
      if (age === "older") await api.call("DELETE", `/v1/apps/${app}/ip_assignments/${right?.ip}`);
      const { text } = await api.call("POST", `/v1/apps/${app}/ip_assignments`, {
        type: "private_v6",
      });
      const stray = JSON.parse(text);
      expect(stray.network.name).toBe("default");
      if (age === "older") {
        const request = { type: "private_v6", network: silosNetwork };
        await api.call("POST", `/v1/apps/${app}/ip_assignments`, request);
      }
      cloud.files.write("silos/acme-erp.yml", edited);
      const plan = await cloud.run("plan acme-erp");
      expect(plan.stdout).toContain(`Release address ${stray.ip} of ${app}`);
      expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
      expect((await api.ips(app)).map(({ ip }) => ip)).not.toContain(stray.ip);
      expect((await privateOf(api)).map(({ network }) => network?.name)).toEqual(
        Array.from({ length: 4 }, () => silosNetwork),
      );
    },
  );

  test("an address on another network in place of the right one is replaced", async () => {
    const app = "devenv-acme-erp-rest";
    const [right] = (await privateOf(api)).filter((ip) => ip.app === app);
    await api.call("DELETE", `/v1/apps/${app}/ip_assignments/${right?.ip}`);
    await api.call("POST", `/v1/apps/${app}/ip_assignments`, { type: "private_v6" });
    cloud.files.write("silos/acme-erp.yml", edited);
    const plan = await cloud.run("plan acme-erp");
    expect(plan.stdout).toContain(`Assign a private address on the silo's network to ${app}`);
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
    const now = (await privateOf(api)).filter((ip) => ip.app === app);
    expect(now.map(({ network }) => network?.name)).toEqual([silosNetwork]);
    const page = await cloud.fly.proxy("https://devenv-acme-erp-kong.fly.dev/storage/v1/status");
    expect(page.status).toBe(200);
    const again = await cloud.run("apply acme-erp");
    expect(again.writes).toEqual([]);
  });

  test("no private address leads to what the public reaches", async () => {
    const kinds = new Map<string, string[]>();
    for (const ip of await addressesOf(api)) {
      kinds.set(ip.app, [...(kinds.get(ip.app) ?? []), ipTypeOf(ip)].sort());
    }
    const of = (suffix: string) => kinds.get(`devenv-acme-erp-${suffix}`);
    for (const suffix of ["kong", "studio"]) expect(of(suffix)).toEqual(["shared_v4", "v6"]);
    for (const suffix of ["rest", "auth", "storage"]) expect(of(suffix)).toEqual(["private_v6"]);
    expect(of("pg")).toEqual(["private_v6", "v4"]);
  });
});

describe("flycast-without-network: ownership needs marker, silo_id and manager id", () => {
  const takenOver = async (patch: Record<string, string | null>, suffix: string) => {
    const cloud = aCloud({ files: { "silos/acme-erp.yml": specText() } });
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
    await apiOf(cloud, "local").patch(`devenv-acme-erp-${suffix}`, patch);
    cloud.files.write("silos/acme-erp.yml", edited);
    return cloud;
  };

  const foreign: readonly (readonly [string, Record<string, string | null>, string])[] = [
    ["no marker", { silo_managed_by: null }, "has no silo-manager marker"],
    ["another tool's marker", { silo_managed_by: "somebody" }, "has no silo-manager marker"],
    ["no silo_id", { silo_id: null }, 'belongs to the silo_id ""'],
    ["another silo's id", { silo_id: "acme-crm-silo-001" }, "belongs to the silo_id"],
    ["no manager id", { silo_manager_id: null }, 'belongs to the manager ""'],
    ["another manager's id", { silo_manager_id: "987654" }, 'belongs to the manager "987654"'],
  ];

  test.each(foreign)("%s: exit 4 and no write, whatever is asked", async (_why, patch, why) => {
    for (const suffix of ["kong", "pg", "studio"]) {
      const cloud = await takenOver(patch, suffix);
      for (const line of [
        "apply acme-erp",
        "stop acme-erp",
        "restart acme-erp",
        "destroy acme-erp --now --allow-destroy",
      ]) {
        const run = await cloud.run(line);
        expect(run, `${line} with ${suffix}`).toMatchObject({ exitCode: 4, writes: [] });
        expect(run.stdout + run.stderr).toContain(why);
      }
    }
  });

  test("an empty app of that name on another network is not ours either", async () => {
    const cloud = aCloud({ files: { "silos/acme-erp.yml": specText() } });
    const api = apiOf(cloud, "local");
    await api.call("POST", "/v1/apps", {
      name: "devenv-acme-erp-rest",
      org_slug: "acme-erp",
      network: "devenv-other",
    });
    const run = await cloud.run("apply acme-erp");
    expect(run).toMatchObject({ exitCode: 4, writes: [] });
    expect(run.stdout).toContain('it is on the network "devenv-other"');
  });
});
