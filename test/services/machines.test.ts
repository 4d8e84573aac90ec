import { describe, expect, test } from "vitest";
import { enabledServices, services, startOrder } from "#services/index.ts";
import { type ServiceName, serviceNames } from "#silo/names.ts";
import { aSilo, type SiloChanges } from "../support/a-silo.ts";

const machineOf = (name: ServiceName, changes: SiloChanges = {}) =>
  services[name].machine(aSilo(changes));
const envOf = (name: ServiceName, changes: SiloChanges = {}) => machineOf(name, changes).env ?? {};

describe("every service", () => {
  test("starts after what it needs", () => {
    expect([...startOrder].sort()).toEqual([...serviceNames].sort());
    for (const [at, name] of startOrder.entries()) {
      for (const needed of services[name].after) {
        expect(startOrder.indexOf(needed), `${needed} before ${name}`).toBeLessThan(at);
      }
    }
  });

  test.each(serviceNames)("%s: no request wakes it and the proxy never stops it", (name) => {
    const published = machineOf(name).services ?? [];
    expect(published).toHaveLength(1);
    for (const service of published) {
      expect(service).toMatchObject({ autostop: "off", autostart: false });
    }
  });

  test.each(serviceNames)("%s: is checked every 10 s, for 5 s, after 30 s", (name) => {
    const checks = Object.values(machineOf(name).checks ?? {});
    expect(checks).not.toHaveLength(0);
    for (const check of checks) {
      expect(check).toMatchObject({ interval: "10s", timeout: "5s", grace_period: "30s" });
    }
  });

  test.each([
    ["postgres", { type: "tcp", port: 5432 }],
    ["postgrest", { type: "http", port: 3001, path: "/ready" }],
    ["gotrue", { type: "http", port: 9999, path: "/health" }],
    ["kong", { type: "http", port: 8100, path: "/status" }],
    ["storage", { type: "http", port: 5000, path: "/status" }],
    ["studio", { type: "http", port: 8100, path: "/status" }],
  ] as const)("%s: is checked at %o", (name, check) => {
    expect(Object.values(machineOf(name).checks ?? {})).toEqual([expect.objectContaining(check)]);
  });

  test.each([
    ["postgres", ["private_v6", "v4"]],
    ["postgrest", ["private_v6"]],
    ["gotrue", ["private_v6"]],
    ["kong", ["shared_v4", "v6"]],
    ["storage", ["private_v6"]],
    ["studio", ["shared_v4", "v6"]],
  ] as const)("%s: has the addresses %j", (name, ips) => {
    expect(services[name].ips(aSilo())).toEqual(ips);
  });

  test.each(serviceNames.filter((name) => name !== "studio"))(
    "%s: the spec's image, size and env win",
    (name) => {
      const changes = { memory_mb: 2048, image: "example/image:1", env: { OWN: "yes" } };
      const machine = machineOf(name, { services: { [name]: changes } });
      expect(machine.image).toBe("example/image:1");
      expect(machine.guest.memory_mb).toBe(2048);
      expect(machine.env?.OWN).toBe("yes");
    },
  );
});

describe("what the proxy publishes", () => {
  test("kong and studio: HTTPS, with http sent there", () => {
    for (const name of ["kong", "studio"] as const) {
      expect(machineOf(name).services?.[0]).toMatchObject({
        internal_port: 8000,
        ports: [
          { port: 80, handlers: ["http"], force_https: true },
          { port: 443, handlers: ["tls", "http"] },
        ],
      });
    }
  });

  test("rest, auth, storage: the same port inside and out, without a handler", () => {
    const ports = (["postgrest", "gotrue", "storage"] as const).map(
      (name) => machineOf(name).services?.[0],
    );
    expect(ports.map((service) => service?.internal_port)).toEqual([3000, 9999, 5000]);
    for (const service of ports) expect(service?.ports).toEqual([{ port: service?.internal_port }]);
  });

  test("postgres: 5432 with TLS as Postgres starts it; no public address unless asked for", () => {
    expect(machineOf("postgres").services?.[0]?.ports).toEqual([
      { port: 5432, handlers: ["pg_tls"] },
    ]);
    const hidden = aSilo({ services: { postgres: { public: false } } });
    expect(services.postgres.ips(hidden)).toEqual(["private_v6"]);
  });
});

describe("postgres", () => {
  test("has its volume at the parent of the data folder", () => {
    expect(services.postgres.volume(aSilo())).toEqual({
      name: "pg_data",
      path: "/var/lib/postgresql",
      sizeGb: 10,
    });
  });

  test("boots through the wrapper and is stopped with a fast shutdown", () => {
    const { init, files, stop_config } = machineOf("postgres");
    const wrapper = files?.find(({ raw_value }) => raw_value !== undefined);
    expect(init?.exec).toEqual(["/bin/bash", wrapper?.guest_path]);
    expect(stop_config).toEqual({ signal: "SIGINT", timeout: "60s" });
  });
});

describe("listeners take IPv6, which is all there is between machines", () => {
  test("postgrest", () => {
    expect(envOf("postgrest")).toMatchObject({ PGRST_SERVER_HOST: "*6" });
  });
  test("storage", () => {
    expect(envOf("storage")).toMatchObject({ HOST: "::", PORT: "5000" });
  });
  test("kong, which must also ask for AAAA", () => {
    expect(envOf("kong")).toMatchObject({
      KONG_PROXY_LISTEN: expect.stringContaining("[::]:8000"),
      KONG_STATUS_LISTEN: expect.stringContaining("[::]:8100"),
      KONG_ADMIN_LISTEN: "off",
      KONG_DNS_ORDER: "LAST,AAAA,A,CNAME",
    });
  });
});

describe("gotrue", () => {
  test("has what it refuses to boot without", () => {
    expect(envOf("gotrue")).toMatchObject({
      GOTRUE_API_PORT: "9999",
      GOTRUE_DB_DRIVER: "postgres",
      API_EXTERNAL_URL: "https://devenv-acme-erp-kong.fly.dev",
      GOTRUE_SITE_URL: "http://localhost:3000",
      GOTRUE_URI_ALLOW_LIST: "http://localhost:3000,http://localhost:5173",
    });
  });

  test("sends people to the site of the spec", () => {
    const auth = { site_url: "https://erp.example", redirect_urls: [], signup: true };
    expect(envOf("gotrue", { devenv: { auth } }).GOTRUE_SITE_URL).toBe("https://erp.example");
  });

  // The other half of stranger-signup-by-rls-mode: the mode itself is checked where it is applied.
  test.each([
    ["production", true, "false"],
    ["production", false, "true"],
    ["permissive", true, "true"],
    ["disabled", true, "true"],
  ] as const)("RLS %s with signup %s: GOTRUE_DISABLE_SIGNUP=%s", (rls_mode, signup, disabled) => {
    const devenv = { rls_mode, auth: { redirect_urls: [], signup } };
    expect(envOf("gotrue", { devenv }).GOTRUE_DISABLE_SIGNUP).toBe(disabled);
  });

  test("outlasts a slow database: more retries than a service that waits by itself", () => {
    const retries = (name: ServiceName) => machineOf(name).restart?.max_retries ?? 0;
    expect(retries("gotrue")).toBeGreaterThan(retries("postgrest"));
    expect(retries("storage")).toBeGreaterThan(retries("postgrest"));
  });
});

test("studio-loopback-only", () => {
  const { containers = [], services: published = [], checks = {} } = machineOf("studio");
  const [studio, meta, gateway] = containers;
  expect(containers.map(({ name }) => name)).toEqual(["studio", "meta", "gateway"]);
  expect(studio?.env?.HOSTNAME).toBe("127.0.0.1");
  expect(meta?.env?.PG_META_HOST).toBe("127.0.0.1");
  const gatewayPorts = [gateway?.env?.KONG_PROXY_LISTEN, gateway?.env?.KONG_STATUS_LISTEN];
  for (const { internal_port } of published) expect(gatewayPorts[0]).toContain(`:${internal_port}`);
  for (const { port } of Object.values(checks)) expect(gatewayPorts[1]).toContain(`:${port}`);
  expect(studio?.env?.STUDIO_PG_META_URL).toBe("http://127.0.0.1:8080");
  expect(meta?.image).toMatch(/^supabase\/postgres-meta:v/);
});

test("enabledServices leaves Studio out when the spec does", () => {
  const names = (silo = aSilo()) => enabledServices(silo).map(({ name }) => name);
  expect(names()).toEqual([...startOrder]);
  expect(names(aSilo({ services: { studio: { enabled: false } } }))).not.toContain("studio");
});
