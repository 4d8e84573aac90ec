import { describe, expect, test } from "vitest";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { expectWhole, factsByApp, stackOf, type Whole } from "./stacks.ts";

interface Fleet {
  readonly files: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly wholes: readonly Whole[];
}

const one = (text: string, whole: Whole = {}): Fleet => ({
  files: { "silos/acme-erp.yml": text },
  wholes: [whole],
});

const many = (silos: readonly (readonly [client: string, app: string, org: string])[]): Fleet => ({
  files: Object.fromEntries(
    silos.map(([client, app, org]) => [
      `silos/${client}-${app}.yml`,
      specText({ client, app, org }),
    ]),
  ),
  wholes: silos.map(([client, app]) => ({ prefix: `devenv-${client}-${app}` })),
});

const fleets: Readonly<Record<string, Fleet>> = {
  "the defaults": one(specText()),
  "without studio": one(specText({ services: "    studio: { enabled: false }" }), {
    without: ["studio"],
  }),
  "a private postgres": one(specText({ services: "    postgres: { public: false }" }), {
    privatePostgres: true,
  }),
  "other sizes": one(
    specText({
      services: [
        "    postgres: { cpus: 2, memory_mb: 4096, volume_gb: 40 }",
        "    postgrest: { cpu_kind: performance, cpus: 1, memory_mb: 2048 }",
        "    storage: { memory_mb: 1024, volume_gb: 1 }",
      ].join("\n"),
    }),
  ),
  "switched off from the start": one(specText({ devenv: "  devenv_enabled: false" }), {
    state: "stopped",
  }),
  "env and secret_env": {
    ...one(
      specText({
        services: [
          "    gotrue:",
          '      env: { GOTRUE_SMTP_HOST: "smtp.example.com" }',
          "      secret_env: [GOTRUE_SMTP_PASS]",
          '    storage: { env: { FILE_SIZE_LIMIT: "1" } }',
        ].join("\n"),
      }),
    ),
    environment: { SILO_ENV_ACME_ERP_GOTRUE_SMTP_PASS: "hunter2" },
  },
  "auth and schemas": one(
    specText({
      devenv: "  auth: { site_url: https://erp.example.com, redirect_urls: [], signup: false }",
      services: "    postgrest: { schemas: [public, api] }",
    }),
  ),
  "another region": one(specText({ devenv: "  fly_region: ams" }), { region: "ams" }),
  "three silos of two organisations": many([
    ["acme", "erp", "acme-erp"],
    ["acme", "crm", "acme-erp"],
    ["globex", "shop", "globex"],
  ]),
};

describe.each(Object.entries(fleets))("%s", (_name, { files, environment, wholes }) => {
  test.each(["none", "fly"] as const)("converges in one apply, latency %s", async (latency) => {
    const cloud = aCloud({ latency, files, ...(environment && { environment }) });
    const first = await cloud.run("apply");
    expect(first.exitCode, first.stdout).toBe(0);
    for (const whole of wholes) await expectWhole(cloud, whole);
    const made = factsByApp(await stackOf(cloud));
    for (const waitMs of [2_000, 60_000]) {
      await cloud.clock.sleep(waitMs);
      const plan = await cloud.run("plan --detailed-exitcode");
      expect(plan, plan.stdout).toMatchObject({ exitCode: 0, writes: [] });
      const second = await cloud.run("apply");
      expect(second).toMatchObject({ exitCode: 0, writes: [] });
      expect(second.stdout.match(/nothing to do/g)).toHaveLength(wholes.length);
      // Nor by a look of its own at every app.
      expect(second.calls.length).toBeLessThan(10);
    }
    expect(factsByApp(await stackOf(cloud))).toEqual(made);
    expect(cloud.violations()).toEqual([]);
  });
});
