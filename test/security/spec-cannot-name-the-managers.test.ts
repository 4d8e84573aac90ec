import { describe, expect, test } from "vitest";
import { services } from "#services/index.ts";
import { serviceNames } from "#silo/names.ts";
import { aCloud } from "../support/a-cloud.ts";
import { aSilo } from "../support/a-silo.ts";
import { specText } from "../support/spec-text.ts";
import { everywhere, perService } from "./reserved-names.ts";
import { leaksIn } from "./silo-secrets.ts";
import { isSecretSet, spiedFetch } from "./spied-fetch.ts";

const withService = (service: string, lines: string) =>
  specText({ services: `    ${service}:\n      ${lines}` });

async function codesOf(text: string): Promise<readonly string[]> {
  const cloud = aCloud({ files: { "silos/acme-erp.yml": text } });
  const run = await cloud.run("validate");
  return [...run.stdout.matchAll(/(?:error|warning) ([A-Z_]+)/g)].map(([, code = ""]) => code);
}

const reservedNames = serviceNames.flatMap((service) =>
  [...everywhere, ...perService[service]].map((name) => [service, name] as const),
);

describe("spec-cannot-name-the-managers", () => {
  test.each(reservedNames)("%s may set neither env nor secret_env %s", async (service, name) => {
    expect(await codesOf(withService(service, `env: { ${name}: "x" }`))).toContain("RESERVED_NAME");
    expect(await codesOf(withService(service, `secret_env: [${name}]`))).toContain("RESERVED_NAME");
  });

  test("what silo-manager sets itself is reserved, but for a few dials", async () => {
    const open: string[] = [];
    for (const service of serviceNames) {
      const { env = {}, containers = [] } = services[service].machine(aSilo());
      const own = containers.find(({ name }) => name === service);
      const names = [
        ...Object.keys({ ...env, ...own?.env }),
        ...services[service].secretNames(aSilo()),
      ];
      for (const name of new Set(names)) {
        const codes = await codesOf(withService(service, `env: { ${name}: "1" }`));
        if (!codes.includes("RESERVED_NAME")) open.push(`${service} ${name}`);
      }
    }
    // None of them carries a key, a URL or a listener, or writes queries into a log.
    expect(open.sort()).toEqual([
      "gotrue GOTRUE_MAILER_AUTOCONFIRM",
      "kong KONG_DNS_NOT_FOUND_TTL",
      "kong KONG_DNS_VALID_TTL",
      "kong KONG_MEM_CACHE_SIZE",
      "kong KONG_NGINX_WORKER_PROCESSES",
      "postgrest PGRST_DB_EXTRA_SEARCH_PATH",
      "postgrest PGRST_DB_MAX_ROWS",
      "storage ENABLE_IMAGE_TRANSFORMATION",
      "storage FILE_SIZE_LIMIT",
      "studio DEFAULT_ORGANIZATION_NAME",
      "studio DEFAULT_PROJECT_NAME",
    ]);
  });

  test.each([
    ["kong", 'env: { KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE: "1m; server { listen 9000; }" }'],
    ["kong", 'env: { KONG_MEM_CACHE_SIZE: "32m;\\nlua_shared_dict x 1m" }'],
    ["kong", 'env: { KONG_NGINX_WORKER_PROCESSES: "1; load_module x.so" }'],
  ])("%s: a value that ends its directive and begins another is refused: %s", async (...spec) => {
    expect(await codesOf(withService(...spec))).not.toEqual([]);
  });

  test("a plain value of such a dial is taken", async () => {
    const lines = 'env: { KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE: "64m", KONG_MEM_CACHE_SIZE: 64m }';
    expect(await codesOf(withService("kong", lines))).toEqual([]);
  });

  test("a refused name reaches no machine and causes no call, however the silo is named", async () => {
    const spy = spiedFetch();
    const files = { "silos/acme-erp.yml": withService("gotrue", "secret_env: [FLY_API_TOKEN]") };
    const cloud = aCloud({
      wrap: spy.wrap,
      files,
      environment: { SILO_ENV_ACME_ERP_FLY_API_TOKEN: "fly-token-by-prefix" },
    });
    for (const line of [
      "apply",
      "apply acme-erp",
      "apply acme-erp-silo-001",
      "plan acme-erp-silo-001",
    ]) {
      expect((await cloud.run(line)).exitCode, line).toBe(2);
    }
    expect(spy.sent).toEqual([]);
  });

  test("secret_env is read from the silo's own variables and from nowhere else", async () => {
    const managers = {
      FLY_API_TOKEN: "managers-fly-token-1234",
      GITHUB_TOKEN: "managers-github-token-1234",
      NETLIFY_AUTH_TOKEN: "managers-netlify-token-1234",
      SILO_SECRETS_TOKEN: "managers-secrets-token-1234",
      GOTRUE_SMTP_PASS: "managers-own-smtp-pass-1234",
      SILO_ENV_GOTRUE_SMTP_PASS: "without-slugs-smtp-pass-1234",
      SILO_ENV_ACME_CRM_GOTRUE_SMTP_PASS: "of-another-silo-smtp-pass-1234",
      SILO_ENV_ACME_ERP_UNASKED: "not-named-by-the-spec-1234",
    };
    const own = {
      SILO_ENV_ACME_ERP_GOTRUE_SMTP_PASS: "of-this-silo-smtp-pass-1234",
      SILO_ENV_ACME_ERP_GITHUB_TOKEN: "of-this-silo-github-1234",
    };
    const spy = spiedFetch();
    const cloud = aCloud({
      wrap: spy.wrap,
      environment: { ...managers, ...own },
      files: {
        "silos/acme-erp.yml": withService("gotrue", "secret_env: [GOTRUE_SMTP_PASS, GITHUB_TOKEN]"),
      },
    });
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
    const set = spy.sent.filter(isSecretSet);
    const auth = set.find(({ path }) => path.includes("devenv-acme-erp-auth"));
    expect(JSON.parse(auth?.body ?? "").values).toMatchObject({
      GOTRUE_SMTP_PASS: own.SILO_ENV_ACME_ERP_GOTRUE_SMTP_PASS,
      GITHUB_TOKEN: own.SILO_ENV_ACME_ERP_GITHUB_TOKEN,
    });
    const sent = new Map(spy.sent.map(({ path, text }, at) => [`${at} ${path}`, text]));
    expect(leaksIn(sent, new Map(Object.entries(managers)))).toEqual([]);
    // And each goes to the one service that named it.
    const others = set.filter((one) => one !== auth).map(({ path, body }) => [path, body] as const);
    expect(leaksIn(new Map(others), new Map(Object.entries(own)))).toEqual([]);
  });

  test("a missing value is exit 2 before the first write, and names the one variable", async () => {
    const cloud = aCloud({
      environment: { GOTRUE_SMTP_PASS: "the-managers-own" },
      files: { "silos/acme-erp.yml": withService("gotrue", "secret_env: [GOTRUE_SMTP_PASS]") },
    });
    const run = await cloud.run("apply acme-erp");
    expect(run).toMatchObject({ exitCode: 2, writes: [] });
    expect(run.stdout).toContain("SILO_ENV_ACME_ERP_GOTRUE_SMTP_PASS");
  });
});
