import { describe, expect, test } from "vitest";
import { services } from "#services/index.ts";
import {
  studioGatewayFile,
  studioGatewayPlugins,
  studioUpstream,
} from "#services/studio-gateway-file.ts";
import { aSilo } from "../support/a-silo.ts";
import { credentials, secretTexts } from "./fake-credentials.ts";
import { routeRequest } from "./kong-router.ts";

const file = studioGatewayFile(studioUpstream, "gateway-password");

const site = (from: string, mode = "cors", dest = "empty") => ({
  "sec-fetch-site": from,
  "sec-fetch-mode": mode,
  "sec-fetch-dest": dest,
});
const page = (from: string) => site(from, "navigate", "document");

describe("which requests are let through to the login", () => {
  test.each([
    ["a typed address", "GET", "/", page("none"), "studio"],
    ["a link in a chat", "GET", "/project/default", page("cross-site"), "studio"],
    ["Studio's own reads", "GET", "/api/props", site("same-origin"), "studio"],
    ["Studio's own writes", "POST", "/api/pg-meta/default/query", site("same-origin"), "studio"],
    ["curl that reads", "GET", "/", {}, "studio"],
    ["a fetch of another site", "GET", "/api/props", site("cross-site", "no-cors"), "cross-site"],
    [
      "an image of another site",
      "GET",
      "/x.png",
      site("cross-site", "no-cors", "image"),
      "cross-site",
    ],
    ["a frame of another site", "GET", "/", site("cross-site", "navigate", "iframe"), "cross-site"],
    ["a link to an interface", "GET", "/api/props", page("cross-site"), "cross-site"],
    [
      "another app of fly.dev, if it counts as the same site",
      "GET",
      "/api",
      site("same-site"),
      "cross-site",
    ],
    [
      "a form of another site",
      "POST",
      "/api/pg-meta/default/query",
      page("cross-site"),
      "cross-site",
    ],
    ["a preflight of another site", "OPTIONS", "/api", site("cross-site"), "cross-site"],
    ["a write that names no origin", "POST", "/api/pg-meta/default/query", {}, "cross-site"],
    ["a write from a typed address", "DELETE", "/api", site("none"), "cross-site"],
  ])("%s: %s %s", (_what, method, path, headers, service) => {
    expect(routeRequest(file, { method, path, headers })?.service.name).toBe(service);
  });

  test("whatever is let through meets the login, whatever is not gets 403", () => {
    const pluginsOf = (name: string) =>
      file.services.find((service) => service.name === name)?.plugins ?? [];
    expect(pluginsOf("studio").map(({ name }) => name)).toContain("basic-auth");
    expect(pluginsOf("cross-site")).toEqual([
      { name: "request-termination", config: expect.objectContaining({ status_code: 403 }) },
    ]);
  });
});

describe("login", () => {
  test("is one user with the silo's password, which Studio never sees", () => {
    expect(file.consumers[0]?.basicauth_credentials).toEqual([
      { username: "supabase", password: "gateway-password" },
    ]);
    const login = file.services[0]?.plugins?.find(({ name }) => name === "basic-auth");
    expect(login?.config).toMatchObject({ hide_credentials: true });
  });

  test("a wrong one is asked for again and goes no further", () => {
    const login = file.services[0]?.plugins?.find(({ name }) => name === "basic-auth");
    const stranger = file.consumers.find(({ username }) => username === login?.config?.anonymous);
    const config = (name: string) => stranger?.plugins?.find((one) => one.name === name)?.config;
    expect(config("request-termination")).toMatchObject({ status_code: 401 });
    expect(JSON.stringify(config("response-transformer"))).toContain("WWW-Authenticate:Basic");
    expect(stranger).not.toHaveProperty("basicauth_credentials");
  });

  test("tries are counted and refused by the address that Fly reports, before the login", () => {
    const [limit] = file.plugins ?? [];
    expect(limit?.name).toBe("pre-function");
    const { access, log } = limit?.config ?? {};
    expect(String(access)).toMatch(/>= \d+ then[\s\S]*kong\.response\.exit\(429/);
    expect(String(log)).toMatch(/get_status\(\) == 401[\s\S]*:incr\(/);
    const gateway = services.studio.machine(aSilo()).containers?.find((c) => c.name === "gateway");
    // A client could send the default header, X-Real-IP, itself.
    expect(gateway?.env?.KONG_REAL_IP_HEADER).toBe("Fly-Client-IP");
  });
});

test("every plugin that the file uses is loaded, and none besides", () => {
  const used = [
    ...(file.plugins ?? []),
    ...file.services.flatMap(({ plugins = [] }) => plugins),
    ...file.consumers.flatMap(({ plugins = [] }) => plugins),
  ];
  expect(new Set(used.map(({ name }) => name))).toEqual(new Set<string>(studioGatewayPlugins));
});

test("the machine's secret is this file, with the silo's password", () => {
  const secrets = services.studio.secrets(aSilo(), credentials, {});
  const text = Buffer.from(secrets.SILO_GATEWAY_YML?.reveal() ?? "", "base64").toString("utf8");
  expect(JSON.parse(text)).toEqual(studioGatewayFile(studioUpstream, secretTexts.studioPassword));
});
