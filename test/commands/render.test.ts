import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { render } from "#commands/render.ts";
import { kongFile } from "#services/kong-file.ts";
import { studioGatewayFile, studioUpstream } from "#services/studio-gateway-file.ts";
import { aSilo } from "../support/a-silo.ts";

const silo = aSilo();
const files = render(silo);

test("is a folder for each app, with what its fly.toml names, and Kong's files", () => {
  expect(Object.keys(files).sort()).toEqual([
    "devenv-acme-erp-auth/fly.toml",
    "devenv-acme-erp-kong/fly.toml",
    "devenv-acme-erp-kong/silo-access-log.conf",
    "devenv-acme-erp-pg/boot-postgres.sh",
    "devenv-acme-erp-pg/fly.toml",
    "devenv-acme-erp-rest/fly.toml",
    "devenv-acme-erp-storage/fly.toml",
    "devenv-acme-erp-studio/fly.toml",
    "devenv-acme-erp-studio/machine.json",
    "kong.yml",
    "studio-gateway.yml",
  ]);
});

test("every file that a fly.toml names is there", () => {
  for (const [path, text] of Object.entries(files)) {
    if (!path.endsWith("/fly.toml")) continue;
    const table = parseToml(text) as { files?: { local_path?: string }[]; machine_config?: string };
    const named = [...(table.files ?? []).map((file) => file.local_path), table.machine_config];
    for (const name of named.filter((one) => one !== undefined)) {
      expect(files).toHaveProperty([path.replace("fly.toml", name)]);
    }
  }
});

describe("kong.yml", () => {
  test("is what Kong loads, with placeholders for the keys", () => {
    const keys = { anon: "{{ anon key }}", serviceRole: "{{ service role key }}" };
    expect(parseYaml(files["kong.yml"] ?? "", { version: "1.1" })).toEqual(kongFile(silo, keys));
  });

  test("says that secrets are left out", () => {
    expect(files["kong.yml"]).toMatch(/^# Secrets are left out/m);
  });
});

test("studio-gateway.yml is what the gateway loads, with a placeholder for the password", () => {
  expect(parseYaml(files["studio-gateway.yml"] ?? "", { version: "1.1" })).toEqual(
    studioGatewayFile(studioUpstream, "{{ studio password }}"),
  );
});

test("machine.json has the containers, with secrets by name", () => {
  const config = JSON.parse(files["devenv-acme-erp-studio/machine.json"] ?? "");
  expect(Object.keys(config)).toEqual(["containers"]);
  expect(config.containers.map(({ name }: { name: string }) => name)).toEqual([
    "studio",
    "meta",
    "gateway",
  ]);
});

test("leaves Studio's files out with Studio", () => {
  const paths = Object.keys(render(aSilo({ services: { studio: { enabled: false } } })));
  expect(paths.filter((path) => path.includes("studio"))).toEqual([]);
});

test("the same silo renders the same text", () => {
  expect(render(aSilo())).toEqual(files);
});
