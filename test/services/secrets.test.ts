import { describe, expect, test } from "vitest";
import { services } from "#services/index.ts";
import { loginRoles } from "#silo/credentials.ts";
import { serviceNames } from "#silo/names.ts";
import { Secret } from "#silo/secret.ts";
import { aSilo } from "../support/a-silo.ts";
import { allSecretTexts, credentials, passwordOf, secretTexts } from "./fake-credentials.ts";

const own = ["SMTP_PASS"];
const extra = { SMTP_PASS: new Secret("smtp-pass-value-9b1d"), OTHER: new Secret("not-asked-for") };
const withOwn = { secret_env: own };
const silo = aSilo({
  services: {
    postgres: withOwn,
    postgrest: withOwn,
    gotrue: withOwn,
    kong: withOwn,
    storage: withOwn,
    studio: withOwn,
  },
});

const secretsOf = (name: (typeof serviceNames)[number]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(services[name].secrets(silo, credentials, extra)).map(([key, secret]) => [
      key,
      secret.reveal(),
    ]),
  );

describe.each(serviceNames)("%s", (name) => {
  const machine = services[name].machine(silo);

  test("plan-token-sees-no-secret", () => {
    const files = [
      ...(machine.files ?? []),
      ...(machine.containers ?? []).flatMap((c) => c.files ?? []),
    ];
    const decoded = files.map(({ raw_value = "" }) =>
      Buffer.from(raw_value, "base64").toString("utf8"),
    );
    const seen = [JSON.stringify(machine), ...decoded].join("\n");
    for (const text of [...allSecretTexts, "smtp-pass-value"]) {
      expect(seen).not.toContain(text);
      expect(seen).not.toContain(Buffer.from(text).toString("base64").slice(0, -4));
    }
  });

  test("gives a value for exactly the names it lists", () => {
    expect(Object.keys(secretsOf(name)).sort()).toEqual(
      [...services[name].secretNames(silo)].sort(),
    );
    expect(secretsOf(name).SMTP_PASS).toBe("smtp-pass-value-9b1d");
  });

  test("gives every file of its machine, in base64", () => {
    const files = [
      ...(machine.files ?? []),
      ...(machine.containers ?? []).flatMap((c) => c.files ?? []),
    ];
    for (const { secret_name } of files) {
      if (secret_name === undefined) continue;
      const value = secretsOf(name)[secret_name] ?? "";
      expect(Buffer.from(value, "base64").toString("base64")).toBe(value);
      expect(value).not.toBe("");
    }
  });

  test("has only passwords of the database that it logs in with", () => {
    const allowed = {
      postgres: ["postgres"],
      postgrest: ["authenticator"],
      gotrue: ["supabase_auth_admin"],
      kong: [],
      storage: ["supabase_storage_admin"],
      studio: ["postgres"],
    }[name] as string[];
    const values = Object.values(secretsOf(name)).join("\n");
    for (const role of loginRoles) {
      expect(values.includes(passwordOf(role)), role).toBe(allowed.includes(role));
    }
  });

  test("says which variable is missing when a value of secret_env is", () => {
    expect(() => services[name].secrets(silo, credentials, {})).toThrow(
      "SILO_ENV_ACME_ERP_SMTP_PASS",
    );
  });
});

test("database URLs name the role, the private host and no TLS", () => {
  expect(secretsOf("postgrest").PGRST_DB_URI).toBe(
    `postgres://authenticator:${passwordOf("authenticator")}@devenv-acme-erp-pg.flycast:5432/postgres?sslmode=disable`,
  );
  expect(secretsOf("gotrue").GOTRUE_DB_DATABASE_URL).toContain("//supabase_auth_admin:");
  expect(secretsOf("storage").DATABASE_URL).toContain("//supabase_storage_admin:");
});

test("a password that is not hex survives the URL", () => {
  const odd = {
    ...credentials,
    passwords: { ...credentials.passwords, authenticator: new Secret("a/b@c:d") },
  };
  const url = services.postgrest.secrets(aSilo(), odd, {}).PGRST_DB_URI?.reveal() ?? "";
  expect(decodeURIComponent(new URL(url).password)).toBe("a/b@c:d");
  expect(new URL(url).hostname).toBe("devenv-acme-erp-pg.flycast");
});

test("all services that read the JWT secret get the same text", () => {
  const values = [
    secretsOf("postgrest").PGRST_JWT_SECRET,
    secretsOf("gotrue").GOTRUE_JWT_SECRET,
    secretsOf("storage").PGRST_JWT_SECRET,
  ];
  expect(new Set(values)).toEqual(new Set([secretTexts.jwtSecret]));
});

test("each container of Studio names its secrets, all of them secrets of the app", () => {
  const { containers = [] } = services.studio.machine(silo);
  const seen = Object.fromEntries(
    containers.map(({ name, secrets }) => [name, secrets?.map(({ env_var }) => env_var).sort()]),
  );
  expect(seen).toEqual({
    studio: [
      "AUTH_JWT_SECRET",
      "PG_META_CRYPTO_KEY",
      "POSTGRES_PASSWORD",
      "SMTP_PASS",
      "SUPABASE_ANON_KEY",
      "SUPABASE_SERVICE_KEY",
    ],
    meta: ["CRYPTO_KEY", "PG_META_DB_PASSWORD"],
    gateway: [],
  });
  const names = services.studio.secretNames(silo);
  for (const { secrets = [] } of containers) {
    for (const { name } of secrets) expect(names).toContain(name);
  }
});
