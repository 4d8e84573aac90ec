import { describe, expect, it } from "vitest";
import { knownRegions } from "#spec/regions.ts";
import { goodSpec, inShort, load } from "./a-spec.ts";

describe("the settings", () => {
  const settings = (text: string): Record<string, string> => ({
    "silo.config.yml": text,
    "silos/acme-erp.yml": goodSpec,
  });

  it("have defaults for everything", () => {
    const { config } = load({ "silos/acme-erp.yml": goodSpec });
    expect(config).toMatchObject({
      manager_id: "silo-manager",
      github: { status_branch: "silo-status", environments: {} },
      guards: { max_destroy_share: 0.3, max_destroy_count: 3, destroy_grace_days: 7 },
      jwt: { lifetime_days: 3650 },
      rotate_on_restart: false,
    });
    expect(load(settings("# nothing yet\n"))).toMatchObject({ config, findings: [] });
  });

  it("win over the built-in defaults, and a spec wins over them", () => {
    const text = `defaults:
  owner: "@team"
  devenv:
    fly_org: shared
    auto_stop_minutes: 60
    services: { kong: { memory_mb: 1024, env: { A: "1", B: "1" } } }
  netlify: { branch: dev }
`;
    const own = `silo_id: a-b-1\nclient_slug: a\napp_slug: b
devenv: { services: { kong: { env: { B: "2" } } } }\nnetlify: { site: x }\n`;
    const { silos, findings } = load({ "silo.config.yml": text, "silos/a-b.yml": own });
    expect(findings).toEqual([]);
    expect(silos[0]?.spec).toMatchObject({
      owner: "@team",
      devenv: {
        fly_org: "shared",
        auto_stop_minutes: 60,
        fly_region: "yyz",
        services: { kong: { memory_mb: 1024, image: "kong:3.4.2", env: { A: "1", B: "2" } } },
      },
      netlify: {
        site: "x",
        branch: "dev",
        variables: ["VITE_SUPABASE_URL", "VITE_SUPABASE_ANON_KEY"],
      },
    });
    expect(
      load({ "silo.config.yml": text, "silos/acme-erp.yml": goodSpec }).silos[0]?.spec,
    ).not.toHaveProperty("netlify");
  });

  it.each([
    ["guard: {}", "silo.config.yml:1:1 error UNKNOWN_KEY"],
    ["guards: { max_destroy_share: 2 }", "silo.config.yml:1:30 error OUT_OF_RANGE"],
    ["github: { environments: { dev: {} } }", "silo.config.yml:1:27 error WRONG_FORM"],
    ["regions: { successors: { yul: sfo } }", "silo.config.yml:1:31 error UNKNOWN_REGION"],
    [
      "defaults: { devenv: { services: { kong: { cpus: 3 } } } }",
      "silo.config.yml:1:49 error NOT_ALLOWED",
    ],
    ["defaults: { silo_id: x }", "silo.config.yml:1:13 error UNKNOWN_KEY"],
    ["allow: { orgs: [other] }", "silos/acme-erp.yml:5:12 error ORG_NOT_ALLOWED"],
  ])("are checked: %s", (text, wanted) => {
    expect(inShort(load(settings(text)))).toEqual([wanted]);
    expect(load(settings(text)).complete).toBe(false);
  });

  it("say what becomes of a retired region", () => {
    const at = (region: string, text: string) =>
      load({ ...settings(text), "silos/acme-erp.yml": `${goodSpec}  fly_region: ${region}\n` });
    expect(at("sea", "").silos[0]?.region).toBe("sjc");
    expect(at("sfo", "").silos[0]?.region).toBe("sjc");
    expect(at("yul", "").silos[0]).toMatchObject({
      region: "yyz",
      spec: { devenv: { fly_region: "yul" } },
    });
    expect(at("sea", "regions: { successors: { sea: lax } }").silos[0]?.region).toBe("lax");
    expect(at("mxp", "regions: { additional: [mxp] }").silos[0]?.region).toBe("mxp");
    const refused = at("sea", "regions: { on_retired: error }");
    expect(inShort(refused)).toEqual(["silos/acme-erp.yml:6:15 error RETIRED_REGION"]);
    expect(refused.silos).toEqual([]);
  });

  it("say who may receive what", () => {
    const at = (more: string, allow: string, repository?: string) =>
      inShort(
        load(
          { ...settings(allow), "silos/acme-erp.yml": `${goodSpec}${more}\n` },
          { env: { GITHUB_REPOSITORY: repository } },
        ),
      );
    const own = "secrets: { repository: Somtech/erp }";
    expect(at(own, "", "somtech/silos")).toEqual([]);
    expect(at(own, "", "other/silos")).toEqual([
      "silos/acme-erp.yml:6:24 error REPOSITORY_NOT_ALLOWED",
    ]);
    expect(at(own, "allow: { repositories: [somtech/*] }", "other/silos")).toEqual([]);
    expect(at(own, "allow: { repositories: [somtech/er] }")).toHaveLength(1);
    expect(at("netlify: { site: silo-x }", "allow: { sites: [silo-*] }")).toEqual([]);
    expect(at("netlify: { site: my-silo-x }", "allow: { sites: [silo-*] }")).toEqual([
      "silos/acme-erp.yml:6:18 error SITE_NOT_ALLOWED",
    ]);
  });

  it("limit what all silos cost together", () => {
    const text = "budgets: { monthly_usd_total: 50 }";
    expect(inShort(load(settings(text), { monthlyCost: () => 51 }))).toEqual([
      "silo.config.yml:1:1 error BUDGET_EXCEEDED",
    ]);
    expect(load(settings(text), { monthlyCost: () => 50 }).findings).toEqual([]);
  });
});

describe("a weaker mode", () => {
  const modeOf = (lines: string) =>
    load({ "silos/acme-erp.yml": `${goodSpec}${lines}\n` }).silos[0]?.spec.devenv;

  it("switches sign-up off, and ends by itself", () => {
    const weak = modeOf(
      "  rls_mode: permissive\n  rls_until: 2026-11-30\n  auth: { signup: true }",
    );
    expect(weak).toMatchObject({ rls_mode: "permissive", auth: { signup: false } });
    const ended = modeOf("  rls_mode: disabled\n  rls_until: 2026-11-24T10:00Z");
    expect(ended).toMatchObject({ rls_mode: "production", auth: { signup: true } });
  });
});

describe("regions", () => {
  it("are 18, and every retired one has an open successor", () => {
    const open = knownRegions.filter(({ successor }) => successor === undefined);
    const codes = open.map(({ code }) => code);
    expect(codes).toHaveLength(18);
    const lost = knownRegions.filter(
      ({ successor }) => successor !== undefined && !codes.includes(successor),
    );
    expect(lost).toEqual([]);
  });
});
