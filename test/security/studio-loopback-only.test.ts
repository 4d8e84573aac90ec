import { beforeAll, describe, expect, test } from "vitest";
import type { KongFile } from "#services/kong-file.ts";
import type { FlyMachine } from "#wire/fly.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { type Api, apiOf } from "./api-reader.ts";
import { gatewayModel } from "./gateway-model.ts";
import { type SiloSecrets, siloSecrets } from "./silo-secrets.ts";
import { isSecretSet, spiedFetch } from "./spied-fetch.ts";

const studioUrl = "https://devenv-acme-erp-studio.fly.dev";
const app = "devenv-acme-erp-studio";

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

describe("studio-loopback-only", () => {
  const spy = spiedFetch();
  const cloud: Cloud = aCloud({ wrap: spy.wrap, files: { "silos/acme-erp.yml": specText() } });
  const api: Api = apiOf(cloud, "local");
  let secrets: SiloSecrets;
  let machine: FlyMachine & { config: NonNullable<FlyMachine["config"]> };
  /** As it was set on Fly. */
  let file: KongFile;
  let right: string;

  beforeAll(async () => {
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
    secrets = await siloSecrets(cloud);
    machine = await api.machineOf(app);
    right = basic("supabase", secrets.credentials.studioPassword.reveal());
    const set = spy.sent.find((sent) => isSecretSet(sent) && sent.path.includes(app));
    const { SILO_GATEWAY_YML } = JSON.parse(set?.body ?? "").values;
    file = JSON.parse(Buffer.from(SILO_GATEWAY_YML, "base64").toString("utf8"));
  });

  const ask = (path: string, headers = {}, init: RequestInit = {}) =>
    cloud.fly.proxy(`${studioUrl}${path}`, { ...init, headers });

  test("nothing is shown and no SQL is run without the login", async () => {
    const wrong = { authorization: basic("supabase", "supabase") };
    for (const headers of [{}, wrong]) {
      for (const path of ["/", "/project/default"]) {
        expect((await ask(path, headers)).status, path).toBe(401);
      }
      // The emulated Kong looks at no headers of routes, so interfaces are closed to everybody.
      for (const path of ["/api/profile", "/api/pg-meta/default/tables"]) {
        expect([401, 403], path).toContain((await ask(path, headers)).status);
      }
    }
    const query = { method: "POST", body: JSON.stringify({ query: "select 1" }) };
    const answer = await ask("/api/pg-meta/default/query", {}, query);
    expect([401, 403]).toContain(answer.status);
    const page = await ask("/project/default", { authorization: right });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Supabase Studio");
  });

  test("no key of the silo and no password of another kind is a login", async () => {
    const { credentials } = secrets;
    for (const value of [
      credentials.anonKey,
      credentials.serviceRoleKey,
      credentials.passwords.postgres,
      credentials.metaCryptoKey,
    ]) {
      const headers = { authorization: basic("supabase", value.reveal()), apikey: value.reveal() };
      expect((await ask("/project/default", headers)).status).toBe(401);
      const bearer = { authorization: `Bearer ${value.reveal()}` };
      expect((await ask("/project/default", bearer)).status).toBe(401);
    }
  });

  test("only the gateway's ports answer outside the machine", async () => {
    const processes = await api.get<readonly { listen_sockets: readonly { address: string }[] }[]>(
      `/v1/apps/${app}/machines/${machine.id}/ps`,
    );
    const sockets = processes.flatMap((one) => one.listen_sockets.map(({ address }) => address));
    expect(sockets).toEqual(["[::]:8000", "[::]:8100"]);
    for (const port of [3000, 8080, 8100, 8001]) {
      const answer = await cloud.fly.proxy(`https://devenv-acme-erp-studio.fly.dev:${port}/`);
      expect(answer.status, String(port)).toBeGreaterThanOrEqual(500);
    }
    expect(machine.config.services?.map((service) => service.internal_port)).toEqual([8000]);
  });

  test("Studio and postgres-meta are told to listen on the loopback, and nothing undoes it", () => {
    const containers = new Map(machine.config.containers?.map((one) => [one.name, one]));
    expect([...containers.keys()].sort()).toEqual(["gateway", "meta", "studio"]);
    expect(containers.get("studio")?.env?.HOSTNAME).toBe("127.0.0.1");
    expect(containers.get("meta")?.env?.PG_META_HOST).toBe("127.0.0.1");
    expect(containers.get("gateway")?.env?.KONG_ADMIN_LISTEN).toBe("off");
    // Secrets become variables too, and win over `env`.
    for (const { secrets: given = [] } of containers.values()) {
      const names = given.map(({ env_var }) => env_var);
      for (const name of ["HOSTNAME", "HOST", "PORT", "PG_META_HOST", "PG_META_PORT"]) {
        expect(names).not.toContain(name);
      }
    }
  });

  test("postgres-meta's key is the derived one, the same on both sides, never the default", () => {
    const set = spy.sent.find((sent) => isSecretSet(sent) && sent.path.includes(app));
    const { CRYPTO_KEY } = JSON.parse(set?.body ?? "").values;
    expect(CRYPTO_KEY).toBe(secrets.credentials.metaCryptoKey.reveal());
    const given = (name: string) =>
      machine.config.containers?.find((one) => one.name === name)?.secrets;
    expect(given("meta")).toContainEqual({ env_var: "CRYPTO_KEY", name: "CRYPTO_KEY" });
    expect(given("studio")).toContainEqual({ env_var: "PG_META_CRYPTO_KEY", name: "CRYPTO_KEY" });
  });

  test("a stopped silo shows no Studio", async () => {
    await cloud.run("stop acme-erp");
    expect((await ask("/project/default", { authorization: right })).status).toBe(503);
    await cloud.run("start acme-erp");
    expect((await ask("/project/default", { authorization: right })).status).toBe(200);
  });

  describe("cross-site requests, with the login that a browser sends along", () => {
    const from = (site: string, mode = "cors", dest = "empty") => ({
      authorization: right,
      "sec-fetch-site": site,
      "sec-fetch-mode": mode,
      "sec-fetch-dest": dest,
    });
    const sql = "/api/pg-meta/default/query";
    test.each([
      ["POST", sql, ["cross-site"], 403],
      ["POST", sql, ["cross-site", "navigate", "document"], 403],
      ["POST", sql, ["same-site"], 403],
      ["POST", sql, ["none"], 403],
      ["PUT", sql, ["cross-site", "no-cors"], 403],
      ["DELETE", "/api/anything", ["cross-site"], 403],
      ["OPTIONS", sql, ["cross-site"], 403],
      ["GET", "/api/pg-meta/default/tables", ["cross-site", "no-cors", "script"], 403],
      ["GET", "/api/pg-meta/default/tables", ["cross-site", "navigate", "document"], 403],
      ["GET", "/", ["cross-site", "navigate", "iframe"], 403],
      ["GET", "/project/default", ["cross-site", "navigate", "document"], 200],
      ["POST", sql, ["same-origin"], 200],
      ["GET", "/api/props", ["same-origin"], 200],
    ] as const)("%s %s from %j: %i", (method, path, [site, mode, dest], status) => {
      const gateway = gatewayModel(file);
      expect(gateway.ask({ method, path, headers: from(site, mode, dest) })).toBe(status);
    });

    test("a write that does not say where it comes from is refused", () => {
      const gateway = gatewayModel(file);
      expect(gateway.ask({ method: "POST", path: sql, headers: { authorization: right } })).toBe(
        403,
      );
    });
  });

  describe("tries", () => {
    const wrong = basic("supabase", "guess");
    const page = { path: "/", method: "GET" };

    test.each([["authorization"], ["proxy-authorization"]])(
      "guessing by %s ends after 20, and then even the right one waits 15 minutes",
      (header) => {
        const gateway = gatewayModel(file);
        for (let tries = 0; tries < 20; tries++) {
          expect(gateway.ask({ ...page, headers: { [header]: wrong } })).toBe(401);
        }
        expect(gateway.ask({ ...page, headers: { [header]: wrong } })).toBe(429);
        expect(gateway.ask({ ...page, headers: { authorization: right } })).toBe(429);
        expect(gateway.ask({ ...page, headers: { "proxy-authorization": right } })).toBe(429);
        const other = { ...page, address: "203.0.113.8", headers: { authorization: right } };
        expect(gateway.ask(other)).toBe(200);
        gateway.wait(901);
        expect(gateway.ask({ ...page, headers: { authorization: right } })).toBe(200);
      },
    );

    test("good logins and requests without one cost nothing", () => {
      const gateway = gatewayModel(file);
      for (let tries = 0; tries < 50; tries++) {
        expect(gateway.ask(page)).toBe(401);
        expect(gateway.ask({ ...page, headers: { authorization: right } })).toBe(200);
      }
    });

    test("are counted by the address that Fly Proxy reports, which a client cannot set", () => {
      const gateway = machine.config.containers?.find(({ name }) => name === "gateway");
      expect(gateway?.env?.KONG_REAL_IP_HEADER).toBe("Fly-Client-IP");
      expect(JSON.stringify(file.plugins)).toContain("kong.client.get_forwarded_ip()");
    });
  });
});
