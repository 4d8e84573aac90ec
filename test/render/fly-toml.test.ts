import { parse, type TomlTable } from "smol-toml";
import { describe, expect, test } from "vitest";
import { flyToml } from "#render/fly-toml.ts";
import { services } from "#services/index.ts";
import { type ServiceName, serviceNames } from "#silo/names.ts";
import { aSilo } from "../support/a-silo.ts";

const silo = aSilo();
const tomlOf = (name: ServiceName) => flyToml(silo, services[name]);
const parsed = (name: ServiceName): TomlTable => parse(tomlOf(name));

/** Keys that flyctl reads (superfly/flyctl internal/appconfig, 2026-08); anything else it ignores. */
const accepted: Readonly<Record<string, readonly string[]>> = {
  "": [
    "app",
    "primary_region",
    "kill_signal",
    "kill_timeout",
    "machine_config",
    "container",
    "build",
    "experimental",
    "env",
    "mounts",
    "files",
    "services",
    "checks",
    "restart",
    "vm",
  ],
  build: ["image"],
  experimental: ["exec"],
  mounts: ["source", "destination", "initial_size"],
  files: ["guest_path", "local_path", "secret_name"],
  services: [
    "protocol",
    "internal_port",
    "auto_stop_machines",
    "auto_start_machines",
    "min_machines_running",
    "ports",
    "concurrency",
  ],
  "services.ports": ["port", "handlers", "force_https"],
  "services.concurrency": ["type", "soft_limit", "hard_limit"],
  "checks.*": ["type", "port", "interval", "timeout", "grace_period", "method", "path"],
  restart: ["policy", "retries"],
  vm: ["cpu_kind", "cpus", "memory"],
};

/** Every `section.key` of a file that flyctl would not read. */
function unknownKeys(value: unknown, section = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => unknownKeys(item, section));
  if (value === null || typeof value !== "object") return [];
  if (section === "env") return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (section === "checks") return unknownKeys(inner, "checks.*");
    const here = section === "" ? key : `${section}.${key}`;
    const known = accepted[section]?.includes(key) ?? false;
    return [...(known ? [] : [here]), ...unknownKeys(inner, here)];
  });
}

describe.each(serviceNames)("%s", (name) => {
  const machine = services[name].machine(silo);

  test("is TOML that another parser reads, with keys that flyctl knows", () => {
    expect(unknownKeys(parsed(name))).toEqual([]);
  });

  test("says the same as the machine", () => {
    expect(parsed(name)).toMatchObject({
      primary_region: "yyz",
      build: { image: machine.image },
      vm: [{ cpu_kind: "shared", cpus: 1, memory: `${machine.guest.memory_mb}mb` }],
      checks: machine.checks,
    });
    expect(parsed(name).env ?? {}).toEqual(machine.env ?? {});
    expect(parsed(name).services).toEqual(
      machine.services?.map((service) =>
        expect.objectContaining({
          protocol: "tcp",
          internal_port: service.internal_port,
          ports: service.ports,
          concurrency: service.concurrency,
        }),
      ),
    );
  });

  test("lets nothing start or stop by itself", () => {
    expect(parsed(name).services).toEqual([
      expect.objectContaining({
        auto_stop_machines: "off",
        auto_start_machines: false,
        min_machines_running: 0,
      }),
    ]);
  });

  test("names its secrets in the comment", () => {
    for (const secret of services[name].secretNames(silo)) {
      expect(tomlOf(name)).toMatch(new RegExp(`^# .*\\b${secret}\\b`, "m"));
    }
  });
});

test("postgres: mount, files, start and stop", () => {
  expect(parsed("postgres")).toMatchObject({
    app: "devenv-acme-erp-pg",
    kill_signal: "SIGINT",
    kill_timeout: 60,
    mounts: [{ source: "pg_data", destination: "/var/lib/postgresql", initial_size: "10gb" }],
    experimental: { exec: ["/bin/bash", "/etc/silo/boot-postgres.sh"] },
    files: [
      { guest_path: "/etc/postgresql.schema.sql", secret_name: "SILO_SCHEMA_SQL" },
      { guest_path: "/etc/silo/boot-postgres.sh", local_path: "boot-postgres.sh" },
    ],
    restart: [{ policy: "on-failure", retries: 10 }],
  });
});

test("studio: names the file with its containers and says so", () => {
  expect(parsed("studio")).toMatchObject({ machine_config: "machine.json", container: "studio" });
  expect(tomlOf("studio")).toMatch(/^# - the containers studio, meta, gateway/m);
  expect(tomlOf("kong")).not.toContain("machine_config");
});

test("odd values of env come back as they were", () => {
  const env = { QUOTED: 'a "b" \\ c', LINES: "one\ntwo", KEY_UMLAUT: "ä # not a comment" };
  const odd = aSilo({ services: { gotrue: { env } } });
  expect(parse(flyToml(odd, services.gotrue)).env).toMatchObject(env);
});
