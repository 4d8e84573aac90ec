import { describe, expect, it } from "vitest";
import { findingsOf, goodSpec, inShort, load } from "./a-spec.ts";

/** A good spec with lines added; the first of them is line 6. */
const plus = (lines: string): string => `${goodSpec}${lines}\n`;

const service = (lines: string): string => plus(`  services:\n${lines}`);

describe("a spec with one mistake is told its place and its code", () => {
  it.each<readonly [string, string, readonly string[]]>([
    ["a good spec", goodSpec, []],
    ["a missing key", goodSpec.replace("client_slug: acme\n", ""), ["1:1 error MISSING_KEY"]],
    [
      "no org anywhere",
      goodSpec.replace("  fly_org: acme-erp", "  seed: a.sql"),
      ["4:1 error MISSING_KEY"],
    ],
    ["an unknown key", plus("  auto_stop_minuts: 30"), ["6:3 error UNKNOWN_KEY"]],
    ["a merge key", plus("  <<: { fly_region: yyz }"), ["6:3 error YAML_MERGE_KEY"]],
    ["a wrong type", plus('  auto_stop_minutes: "30"'), ["6:22 error WRONG_TYPE"]],
    ["a key without a value", plus("  services:"), ["6:3 error WRONG_TYPE"]],
    ["a wrong form", plus("owner: somtech"), ["6:8 error WRONG_FORM"]],
    [
      "a path that leaves the repository",
      plus("  migrations: ../../etc"),
      ["6:15 error WRONG_FORM"],
    ],
    ["an absolute path", plus("  seed: /etc/passwd"), ["6:9 error WRONG_FORM"]],
    ["a value that is not allowed", plus("  rls_mode: permisive"), ["6:13 error NOT_ALLOWED"]],
    ["a number out of range", plus("  auto_stop_minutes: 1441"), ["6:22 error OUT_OF_RANGE"]],
    ["an auto-stop that is too short", plus("  auto_stop_minutes: 4"), ["6:22 error OUT_OF_RANGE"]],
    [
      "an item twice",
      service("    kong: { secret_env: [A, B, A] }"),
      ["7:26 error DUPLICATE_ITEM"],
    ],
    [
      "a reserved variable",
      service("    kong:\n      env: { KONG_PLUGINS: off }"),
      ["8:14 error RESERVED_NAME"],
    ],
    [
      "a reserved secret",
      service("    kong:\n      secret_env: [PORT]"),
      ["8:20 error RESERVED_NAME"],
    ],
    [
      "a variable in small letters",
      service("    kong: { env: { log_level: info } }"),
      ["7:20 error WRONG_FORM"],
    ],
    [
      "a variable that is a number",
      service("    kong: { env: { LOG_LEVEL: 3 } }"),
      ["7:31 error WRONG_TYPE"],
    ],
    [
      "a variable in env and secret_env",
      service('    kong: { env: { A: "1" }, secret_env: [B, A] }'),
      ["7:46 error ENV_TWICE"],
    ],
    [
      "a secret under its name",
      service("    gotrue: { env: { SMTP_PASS: hunter2 } }"),
      ["7:33 error SECRET_VALUE"],
    ],
    [
      "a random text under a key",
      service("    gotrue: { env: { X_KEY: Zk3f9dQ1Lm0xPz7Rb2Yt } }"),
      ["7:29 error SECRET_VALUE"],
    ],
    [
      "a token in a comment",
      plus("# ghp_abcdefghijklmnopqrstuvwxyz0123"),
      ["6:3 error SECRET_VALUE"],
    ],
    ["too much memory", service("    kong: { memory_mb: 4096 }"), ["7:24 error GUEST_SIZE"]],
    ["memory in wrong steps", service("    kong: { memory_mb: 300 }"), ["7:24 error OUT_OF_RANGE"]],
    [
      "memory too small for a whole core",
      service("    kong: { cpu_kind: performance, memory_mb: 1024 }"),
      ["7:47 error GUEST_SIZE"],
    ],
    [
      "a number of CPUs that is not sold",
      service("    kong: { cpus: 10, memory_mb: 4096 }"),
      ["7:19 error GUEST_SIZE"],
    ],
    ["an image without a tag", service("    kong: { image: kong }"), ["7:20 warning IMAGE_TAG"]],
    [
      "a digest is as good as a tag",
      service(`    kong: { image: "kong@sha256:${"a".repeat(64)}" }`),
      [],
    ],
    [
      "an image from elsewhere",
      service('    kong: { image: "ghcr.io/evil/kong:1" }'),
      ["7:20 error REGISTRY_NOT_ALLOWED"],
    ],
    [
      "an image of a name that only begins alike",
      service('    kong: { image: "supabasehack/kong:1" }'),
      ["7:20 error REGISTRY_NOT_ALLOWED"],
    ],
    ["a region that is none", plus("  fly_region: xyz"), ["6:15 error UNKNOWN_REGION"]],
    ["a retired region", plus("  fly_region: yul"), ["6:15 warning RETIRED_REGION"]],
    ["a day that is none", plus("  expires_at: 2026-02-30"), ["6:15 error NO_SUCH_TIME"]],
    ["an expiry that is past", plus("  expires_at: 2026-11-23"), ["6:15 warning EXPIRED"]],
    ["an expiry today", plus("  expires_at: 2026-11-24"), []],
    [
      "a weaker mode without an end",
      plus("  rls_mode: disabled"),
      ["6:13 error RLS_UNTIL_MISSING"],
    ],
    [
      "a weaker mode that has ended",
      plus("  rls_mode: disabled\n  rls_until: 2026-11-01"),
      ["7:14 warning RLS_UNTIL_PAST"],
    ],
    ["a weaker mode with an end", plus("  rls_mode: permissive\n  rls_until: 2026-11-30"), []],
    [
      "another name than the file's",
      goodSpec.replace("app_slug: erp", "app_slug: crm"),
      ["2:14 error FILE_NAME"],
    ],
  ])("%s", (_, text, wanted) => {
    expect(findingsOf(text)).toEqual(wanted);
  });

  it("long slugs", () => {
    const app = "a".repeat(50);
    const text = goodSpec.replace("app_slug: erp", `app_slug: ${app}`);
    const { findings } = load({ [`silos/acme-${app}.yml`]: text });
    expect(findings).toMatchObject([{ line: 3, column: 11, code: "APP_NAME_TOO_LONG" }]);
    expect(findings[0]?.message).toContain("has 70 characters");
    expect(
      load({ [`silos/acme-${"a".repeat(43)}.yml`]: text.replace(app, "a".repeat(43)) }).findings,
    ).toEqual([]);
  });

  it("a budget that the silo does not fit in", () => {
    const spec = plus("  monthly_budget_usd: 20");
    expect(findingsOf(spec, { monthlyCost: () => 20.01 })).toEqual([
      "6:23 warning BUDGET_EXCEEDED",
    ]);
    expect(findingsOf(spec, { monthlyCost: () => 20 })).toEqual([]);
  });

  it("the cost is asked only where there is a budget", () => {
    const monthlyCost = (): number => {
      throw new Error("asked");
    };
    expect(findingsOf(goodSpec, { monthlyCost })).toEqual([]);
  });
});

describe("the texts", () => {
  const fixOf = (text: string): string | undefined =>
    load({ "silos/acme-erp.yml": text }).findings[0]?.fix;

  it.each([
    [plus("  auto_stop_minuts: 30"), "Did you mean auto_stop_minutes?"],
    [plus("  auto-stop-minutes: 30"), "Did you mean auto_stop_minutes?"],
    [plus("fly_region: yyz"), "It belongs in devenv"],
    [plus("  netlify: { site: x }"), "It belongs in the top level of the file"],
    [plus("  rls_mode: permisive"), "Did you mean permissive?"],
    [plus("  fly_region: yzy"), "Did you mean yyz?"],
    [plus("  fly_region: yul"), "Write yyz to have the file say where the silo is"],
    [plus('  auto_stop_minutes: "30"'), "Write it without quotes: 30"],
    [plus('  devenv_enabled: "no"'), "Write false"],
    [plus("  devenv_enabled: yes"), "Write true"],
    [service("    kong: { env: { LOG_LEVEL: 3 } }"), 'Put it in quotes: "3"'],
    [service("    kong: { secret_env: A }"), "Write it as a list: [a, b]"],
    [goodSpec.replace("client_slug: acme\n", ""), "Add it, for example `client_slug: acme`"],
  ])("name the fix %#", (text, fix) => {
    expect(fixOf(text)).toBe(fix);
  });

  it("hold no secret", () => {
    const secret = "sb_secret_0123456789abcdef";
    const random = "Zk3f9dQ1Lm0xPz7Rb2YtUw5";
    const spec = `silo_id: ${secret}\n${random}x: 1\nowner: "${random}Aa8"\ndevenv:
  services: { gotrue: { env: { MY_SECRET: "${random}" } } }
  rls_mode: ${random}Bb9\n`;
    const texts = JSON.stringify(load({ "silos/acme-erp.yml": spec }).findings);
    expect(texts).not.toContain(secret);
    expect(texts).not.toContain(`${random}A`);
    expect(texts).not.toContain(`${random}B`);
    expect(texts).not.toContain(`\\"${random}\\"`);
  });
});

describe("all mistakes of all files", () => {
  it("are told in one pass, in order", () => {
    const bad = `silo_id: Acme
app_slug: 3
devenv:
  fly_org: acme
  fly_region: yul
  rls_mode: open
  services:
    kong: { cpus: 3, memory_mb: 100000, image: "evil/x" }
    postgres: { memory_mb: 4096 }
zone: 1
`;
    const other = goodSpec.replace("devenv:", "devenvs:");
    expect(inShort(load({ "silos/a-b.yml": bad, "silos/acme-erp.yml": other }))).toEqual([
      "silos/a-b.yml:1:1 error MISSING_KEY",
      "silos/a-b.yml:1:10 error WRONG_FORM",
      "silos/a-b.yml:2:11 error WRONG_TYPE",
      "silos/a-b.yml:5:15 warning RETIRED_REGION",
      "silos/a-b.yml:6:13 error NOT_ALLOWED",
      "silos/a-b.yml:8:19 error NOT_ALLOWED",
      "silos/a-b.yml:8:33 error OUT_OF_RANGE",
      "silos/a-b.yml:8:48 error REGISTRY_NOT_ALLOWED",
      "silos/a-b.yml:8:48 warning IMAGE_TAG",
      "silos/a-b.yml:9:28 error GUEST_SIZE",
      "silos/a-b.yml:10:1 error UNKNOWN_KEY",
      "silos/acme-erp.yml:1:1 error MISSING_KEY",
      "silos/acme-erp.yml:4:1 error UNKNOWN_KEY",
    ]);
  });
});
