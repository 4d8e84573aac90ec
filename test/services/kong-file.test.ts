import { describe, expect, test } from "vitest";
import { services } from "#services/index.ts";
import { type KongPlugin, kongFile, kongPlugins } from "#services/kong-file.ts";
import { aSilo } from "../support/a-silo.ts";
import { credentials, secretTexts } from "./fake-credentials.ts";
import { routeRequest } from "./kong-router.ts";

const file = kongFile(aSilo(), { anon: "anon-key", serviceRole: "service-key" });
const at = (path: string) => routeRequest(file, { path });
const pluginsAt = (path: string) => at(path)?.service.plugins ?? [];
const plugin = (path: string, name: string): KongPlugin | undefined =>
  pluginsAt(path).find((one) => one.name === name);

describe("routes", () => {
  test.each([
    ["/auth/v1/verify", "auth.flycast:9999/verify"],
    ["/auth/v1/token", "auth.flycast:9999/token"],
    ["/auth/v1/health", "auth.flycast:9999/health"],
    ["/rest/v1/", "rest.flycast:3000/"],
    ["/rest/v1/todos", "rest.flycast:3000/todos"],
    ["/graphql/v1", "rest.flycast:3000/rpc/graphql"],
    ["/storage/v1/object/a/b", "storage.flycast:5000/object/a/b"],
    ["/storage/v1/status", "storage.flycast:5000/status"],
  ])("%s goes to %s", (path, upstream) => {
    expect(at(path)?.upstream).toBe(`http://devenv-acme-erp-${upstream}`);
  });

  test.each(["/", "/pg/query", "/realtime/v1/", "/functions/v1/x", "/analytics/v1/"])(
    "%s is not there",
    (path) => {
      expect(at(path)).toBeUndefined();
    },
  );

  test("every probe of readiness is routed", () => {
    for (const { ready } of Object.values(services)) {
      for (const { path } of ready) expect(at(path), path).toBeDefined();
    }
  });
});

describe("keys", () => {
  test.each(["/auth/v1/token", "/rest/v1/todos", "/graphql/v1"])("%s needs one", (path) => {
    expect(plugin(path, "key-auth")?.config).toMatchObject({ key_names: ["apikey"] });
    expect(plugin(path, "acl")?.config).toMatchObject({ allow: ["admin", "anon"] });
  });

  test.each(["/auth/v1/verify", "/auth/v1/callback", "/auth/v1/authorize", "/storage/v1/object/x"])(
    "%s is open",
    (path) => {
      expect(plugin(path, "key-auth")).toBeUndefined();
    },
  );

  test.each(["/auth/v1/user", "/rest/v1/todos", "/graphql/v1"])(
    "%s: the apikey alone authenticates, and an Authorization that is there stays",
    (path) => {
      const config = plugin(path, "request-transformer")?.config ?? {};
      expect(Object.keys(config)).toEqual(["add"]);
      expect(config.add).toMatchObject({
        headers: expect.arrayContaining(["Authorization:Bearer $(headers.apikey)"]),
      });
      // The template reads the header, so key-auth must not have removed it.
      expect(plugin(path, "key-auth")?.config).not.toHaveProperty("hide_credentials");
    },
  );

  test("a key in the URL, where logs would keep it, does not count", () => {
    expect(plugin("/rest/v1/todos", "key-auth")?.config).toMatchObject({ key_in_query: false });
  });

  test("the keys are those of the silo, each in its group", () => {
    expect(file.consumers).toEqual([
      { username: "anon", keyauth_credentials: [{ key: "anon-key" }], acls: [{ group: "anon" }] },
      {
        username: "service_role",
        keyauth_credentials: [{ key: "service-key" }],
        acls: [{ group: "admin" }],
      },
    ]);
  });
});

test("every plugin that the file uses is loaded, and none besides", () => {
  const used = [...(file.plugins ?? []), ...file.services.flatMap(({ plugins = [] }) => plugins)];
  expect(new Set(used.map(({ name }) => name))).toEqual(new Set<string>(kongPlugins));
  expect(services.kong.machine(aSilo()).env?.KONG_PLUGINS).toBe(kongPlugins.join(","));
});

test("rate limits need no database", () => {
  const limits = [...(file.plugins ?? []), ...file.services.flatMap(({ plugins = [] }) => plugins)]
    .filter(({ name }) => name === "rate-limiting")
    .map(({ config }) => config);
  expect(limits.length).toBeGreaterThan(0);
  for (const config of limits) expect(config).toMatchObject({ policy: "local", limit_by: "ip" });
});

test("names are unique, as Kong wants them", () => {
  const names = file.services.flatMap(({ name, routes }) => [
    name,
    ...routes.map((r) => `r:${r.name}`),
  ]);
  expect(new Set(names).size).toBe(names.length);
});

test("the machine's secret is this file, with the silo's keys", () => {
  const secret = services.kong.secrets(aSilo(), credentials, {}).SILO_KONG_YML?.reveal() ?? "";
  expect(JSON.parse(Buffer.from(secret, "base64").toString("utf8"))).toEqual(
    kongFile(aSilo(), { anon: secretTexts.anonKey, serviceRole: secretTexts.serviceRoleKey }),
  );
});

test("the access log has the path without its query", () => {
  const { env = {}, files = [] } = services.kong.machine(aSilo());
  const include = files.find(({ guest_path }) => guest_path === env.KONG_NGINX_HTTP_INCLUDE);
  const text = Buffer.from(include?.raw_value ?? "", "base64").toString("utf8");
  const format = /log_format (\w+) ([^;]+);/.exec(text);
  expect(env.KONG_PROXY_ACCESS_LOG).toBe(`/dev/stdout ${format?.[1]}`);
  expect(format?.[2]).toContain("$silo_path");
  expect(format?.[2]).not.toMatch(/\$(request_uri|request|args|query_string|http_referer)\b/);
  // The map's pattern, tried on a URL.
  const pattern = /"~(\^[^"]+)"/.exec(text)?.[1] ?? "";
  const path = new RegExp(pattern).exec("/auth/v1/verify?token=abc")?.groups?.silo_path_only;
  expect(path).toBe("/auth/v1/verify");
});
