import { describe, expect, it } from "vitest";
import { kongConfig as config, withKong } from "./a-kong.ts";

describe("Kong's start", () => {
  it("listens on proxy and status", async () => {
    const { booted, check, kong } = await withKong();
    expect(booted).toEqual({ kind: "listens", ports: [8000, 8100] });
    expect((await check(kong, 8100, "/status")).passing).toBe(true);
  });

  it.each([
    { name: "a database", env: { KONG_DATABASE: undefined }, log: "PostgreSQL" },
    {
      name: "a file that is not there",
      env: { KONG_DECLARATIVE_CONFIG: "/no.yml" },
      log: "No such file",
    },
    {
      name: "a plugin it does not have",
      env: { KONG_PLUGINS: "bundled,oidc" },
      log: "oidc plugin is enabled but not installed",
    },
    {
      name: "a plugin of the file that is not enabled",
      env: { KONG_PLUGINS: "cors" },
      log: "plugin 'key-auth' not enabled",
    },
    { name: "an unknown record type", env: { KONG_DNS_ORDER: "LAST,AAAAA" }, log: "dns_order" },
    {
      name: "a listener without a port",
      env: { KONG_PROXY_LISTEN: "0.0.0.0" },
      log: "proxy_listen must be of form",
    },
  ])("fails with $name", async ({ env, log }) => {
    const { booted } = await withKong({ env });
    expect(booted).toMatchObject({ kind: "exits", exitCode: 1, log: expect.stringContaining(log) });
  });

  it("fails when the command names a configuration that the image does not hold", async () => {
    const { booted } = await withKong({ command: ["kong", "start", "-c", "/etc/kong/kong.conf"] });
    expect(booted).toMatchObject({ kind: "exits", log: "Error: no file at: /etc/kong/kong.conf" });
  });

  it.each([
    { name: "no version", text: "services: []", log: "_format_version': required field missing" },
    { name: "a version that is a number", text: "_format_version: 3.0", log: "_format_version" },
    { name: "an unknown field", text: `${config}\nroute: []`, log: "in 'route': unknown field" },
    {
      name: "a service without an address",
      text: config.replace("url: http://echo.flycast:9999/verify", "retries: 1"),
      log: "host': required field missing",
    },
    {
      name: "a path without a slash",
      text: config.replace("[/mcp]", "[mcp]"),
      log: "should start with: /",
    },
    {
      name: "a route without a matcher",
      text: config.replace("paths: [/mcp]", "strip_path: true"),
      log: "must set one of",
    },
    {
      name: "a consumer without a key",
      text: config.replace("{ key: anon-key }", "{ id: x }"),
      log: "key': required field missing",
    },
    {
      name: "two equal keys",
      text: config.replace("service-key", "anon-key"),
      log: "uniqueness violation",
    },
    {
      name: "two services of one name",
      text: config.replace("name: closed\n    url", "name: auth\n    url"),
      log: "name set to 'auth' already declared",
    },
    {
      name: "an unknown setting of a plugin",
      text: config.replace("policy: local", "polcy: local"),
      log: "config.polcy': unknown field",
    },
    { name: "text that is no YAML", text: "a: [", log: "failed parsing declarative configuration" },
  ])("refuses a file with $name", async ({ text, log }) => {
    const { booted } = await withKong({}, text);
    expect(booted).toMatchObject({ kind: "exits", exitCode: 1, log: expect.stringContaining(log) });
    expect(JSON.stringify(booted)).not.toContain("anon-key");
  });

  it("reads the file from the environment, or from the file it names", async () => {
    const plain = await withKong({
      env: { KONG_DECLARATIVE_CONFIG: undefined, KONG_DECLARATIVE_CONFIG_STRING: config },
    });
    expect((await plain.ask("/whole")).status).toBe(200);
    const file = {
      KONG_DECLARATIVE_CONFIG: undefined,
      KONG_DECLARATIVE_CONFIG_STRING_FILE: "/etc/kong.yml",
    };
    expect((await (await withKong({ env: file })).ask("/whole")).status).toBe(200);
  });
});
