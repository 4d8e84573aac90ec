import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scramVerifier } from "#services/scram.ts";
import { type LoginRole, loginRoles } from "#silo/credentials.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { apiOf, appsOf } from "./api-reader.ts";
import { leaksIn, type SiloSecrets, siloSecrets } from "./silo-secrets.ts";
import { isSecretSet, spiedFetch } from "./spied-fetch.ts";
import { watchedPostgres } from "./watched-postgres.ts";

describe("password-never-in-sql-or-argv", () => {
  const spy = spiedFetch();
  const postgres = watchedPostgres();
  let cloud: Cloud;
  let secrets: SiloSecrets;

  beforeAll(async () => {
    cloud = aCloud({
      wrap: spy.wrap,
      files: { "silos/acme-erp.yml": specText() },
      postgres: postgres.onClock,
    });
    const applied = await cloud.run("apply acme-erp");
    expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
    secrets = await siloSecrets(cloud);
  }, 120_000);
  afterAll(async () => {
    await cloud.fly.close();
    await postgres.close();
  });

  const passwordOf = (role: LoginRole) => secrets.credentials.passwords[role].reveal();
  const passwords = () =>
    new Map(loginRoles.map((role) => [`password of ${role}`, passwordOf(role)]));

  async function logIn(user: string, password: string): Promise<string | undefined> {
    const refusal = await postgres.refusal(user, password);
    return refusal && `${refusal.code} ${refusal.message}`;
  }

  test("every login role has the SCRAM verifier that we computed, and no role anything else", async () => {
    const rows = await postgres.ask(
      "select rolname, rolpassword from pg_authid where rolpassword is not null order by 1",
    );
    const wanted = loginRoles.map((role) => [role, scramVerifier(passwordOf(role), role)]);
    expect(rows).toEqual(wanted.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)));
    const others = await postgres.ask(
      "select rolname from pg_authid where rolcanlogin and rolpassword is null and rolname !~ '^pg_'",
    );
    // Cannot log in over TCP for want of a password.
    for (const [name] of others) {
      expect(await logIn(name ?? "", passwordOf("postgres"))).toMatch(/^28P01/);
    }
  });

  test("each logs in over TCP with its own derived password and with nobody else's", async () => {
    for (const role of loginRoles) {
      expect(await logIn(role, passwordOf(role)), role).toBeUndefined();
      for (const other of loginRoles.filter((one) => one !== role)) {
        const refused = await logIn(role, passwordOf(other));
        expect(refused, `${role} with the password of ${other}`).toMatch(/^28P01 password auth/);
      }
      expect(await logIn(role, scramVerifier(passwordOf(role), role))).toMatch(/^28P01/);
    }
  });

  test("the superuser's is not the POSTGRES_PASSWORD that the image gives it", async () => {
    const set = spy.sent.find(
      (sent) => isSecretSet(sent) && sent.path.includes("devenv-acme-erp-pg"),
    );
    const { POSTGRES_PASSWORD } = JSON.parse(set?.body ?? "{}").values;
    expect(POSTGRES_PASSWORD).toBe(passwordOf("postgres"));
    expect(await logIn("supabase_admin", POSTGRES_PASSWORD)).toMatch(/^28P01/);
    const [row] = await postgres.ask(
      "select rolsuper::text from pg_roles where rolname = 'supabase_admin'",
    );
    expect(row).toEqual(["true"]);
  });

  test("no service has the password of the superuser or of a role that is not its own", () => {
    const holders = new Map<string, string[]>();
    for (const { path, body } of spy.sent.filter(isSecretSet)) {
      const app = path.split("/")[3] ?? "";
      for (const role of loginRoles) {
        if (leaksIn(new Map([[app, body]]), new Map([[role, passwordOf(role)]])).length === 0) {
          continue;
        }
        holders.set(role, [...(holders.get(role) ?? []), app.replace("devenv-acme-erp-", "")]);
      }
    }
    expect(Object.fromEntries(holders)).toEqual({
      authenticator: ["rest"],
      supabase_auth_admin: ["auth"],
      supabase_storage_admin: ["storage"],
      postgres: expect.arrayContaining(["pg", "studio"]),
    });
  });

  test("the SQL that the image runs holds verifiers only", () => {
    const set = spy.sent.find(
      (sent) => isSecretSet(sent) && sent.path.includes("devenv-acme-erp-pg"),
    );
    const { SILO_SCHEMA_SQL } = JSON.parse(set?.body ?? "{}").values;
    const sql = Buffer.from(SILO_SCHEMA_SQL, "base64").toString("utf8");
    expect(sql.match(/ALTER ROLE \w+ PASSWORD 'SCRAM-SHA-256\$4096:/g)).toHaveLength(
      loginRoles.length,
    );
    expect(sql.match(/PASSWORD/g)).toHaveLength(loginRoles.length);
    expect(leaksIn(new Map([["role SQL", sql]]), passwords())).toEqual([]);
  });

  test("no command run in a machine and nothing else of a machine holds one", async () => {
    for (const line of [
      "stop acme-erp",
      "start acme-erp",
      "restart acme-erp",
      'psql acme-erp -c "select 1"',
      'psql acme-erp --user supabase_admin -c "select 2"',
    ]) {
      expect((await cloud.run(line)).exitCode, line).toBe(0);
    }
    const others = new Map(
      spy.sent
        .filter((sent) => !isSecretSet(sent))
        .map(({ method, path, text }, at) => [`${at} ${method} ${path}`, text]),
    );
    expect([...others.keys()].some((what) => what.endsWith("/exec"))).toBe(true);
    expect(leaksIn(others, passwords())).toEqual([]);
    const api = apiOf(cloud, "local");
    const machines = await Promise.all(appsOf("acme-erp").map((app) => api.machineOf(app)));
    const configs = new Map(machines.map(({ name, config }) => [name, JSON.stringify(config)]));
    expect(leaksIn(configs, passwords())).toEqual([]);
    // What Postgres itself could log or show of running statements.
    const shown = await postgres.ask(
      "select coalesce(string_agg(query, ';'), '') from pg_stat_activity",
    );
    expect(leaksIn(new Map([["statements", String(shown)]]), passwords())).toEqual([]);
  }, 120_000);

  test("SQL that a person runs goes by standard input, where no process list shows it", () => {
    const execs = spy.sent
      .filter(({ path }) => path.endsWith("/exec"))
      .map(({ body }) => JSON.parse(body));
    expect(execs).not.toEqual([]);
    for (const { command, stdin } of execs) {
      expect(command.join(" ")).not.toMatch(/select|alter/i);
      expect(stdin).toMatch(/^select/);
    }
  });

  test("the passwords survive a stop, and are the same after it", async () => {
    for (const role of loginRoles) {
      expect(await logIn(role, passwordOf(role)), role).toBeUndefined();
    }
  });
});
