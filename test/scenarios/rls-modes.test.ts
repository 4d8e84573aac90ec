/** Row level security on a real PostgreSQL: what each mode opens, and that the way back is exact. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RlsMode } from "#state/rls.ts";
import { watchedPostgres } from "../security/watched-postgres.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { expectSettled } from "./stacks.ts";

const file = "silos/acme-erp.yml";
const modes = ["production", "permissive", "disabled"] as const;
const roles = ["anon", "authenticated", "service_role"] as const;
const until = "2027-03-01";

const specOf = (mode: RlsMode) =>
  specText({
    devenv: mode === "production" ? "" : `  rls_mode: ${mode}\n  rls_until: ${until}`,
  });

/** One row each; `open` has no RLS, `shut` has no policy, `own` shows a row to whom it names. */
const tables = `
  create table open (id int); insert into open values (1);
  create table shut (id int); alter table shut enable row level security;
  insert into shut values (1);
  create table own (id int); alter table own enable row level security;
  create policy own_rows on own for select to authenticated using (id = 1);
  insert into own values (1), (2);
  create table forced (id int); alter table forced enable row level security;
  alter table forced force row level security; insert into forced values (1);`;
const names = ["open", "shut", "own", "forced"] as const;

const attributes = `
  select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
    rolbypassrls, rolconnlimit, rolpassword, rolvaliduntil, rolconfig::text
  from pg_authid left join (select rolname as name, rolconfig from pg_roles) r on r.name = rolname
  order by rolname`;

const flags =
  "select relname, relrowsecurity, relforcerowsecurity from pg_class where relnamespace = 'public'::regnamespace order by 1";

describe("on a real PostgreSQL", () => {
  const postgres = watchedPostgres();
  let cloud: Cloud;

  beforeAll(async () => {
    cloud = aCloud({ files: { [file]: specOf("production") }, postgres: postgres.onClock });
    const applied = await cloud.run("apply acme-erp");
    expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
    const session = await postgres.open("postgres", undefined);
    expect(await session.query(tables)).not.toHaveProperty("error");
    await session.end();
  }, 120_000);
  afterAll(async () => {
    await cloud.fly.close();
    await postgres.close();
  });

  async function change(mode: RlsMode) {
    cloud.files.write(file, specOf(mode));
    const run = await cloud.run("apply acme-erp");
    expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0 });
    return run;
  }

  async function rowsSeen(role: string, table: string): Promise<number> {
    const session = await postgres.open("postgres", undefined);
    const { results, error } = await session.query(
      `set role ${role}; select count(*)::int from ${table}`,
    );
    await session.end();
    if (error) throw new Error(error.message);
    return Number(results.at(-1)?.rows[0]?.[0]);
  }

  const seenBy = async (role: string) =>
    Promise.all(names.map(async (table) => rowsSeen(role, table)));

  /** Rows of `open`, `shut`, `own`, `forced`. */
  const everything = [1, 1, 2, 1];
  const expected: Record<RlsMode, Record<(typeof roles)[number], readonly number[]>> = {
    production: { anon: [1, 0, 0, 0], authenticated: [1, 0, 1, 0], service_role: everything },
    permissive: { anon: [1, 0, 0, 0], authenticated: everything, service_role: everything },
    disabled: { anon: everything, authenticated: everything, service_role: everything },
  };

  test("3 modes × roles × tables with and without policies", async () => {
    const printed: Record<string, unknown>[] = [];
    for (const mode of modes) {
      await change(mode);
      for (const role of roles) {
        const seen = await seenBy(role);
        const row = Object.fromEntries(names.map((name, at) => [name, seen[at]]));
        printed.push({ mode, role, ...row });
        expect({ mode, role, seen }).toEqual({ mode, role, seen: expected[mode][role] });
      }
    }
    console.table(printed);
    await change("production");
  }, 120_000);

  test("every transition and back: attributes of every role and flags of every table are as before", async () => {
    const before = [await postgres.ask(attributes), await postgres.ask(flags)];
    for (const from of modes) {
      for (const to of modes) {
        if (from === to) continue;
        await change(from);
        const there = await postgres.ask(attributes);
        await change(to);
        expect(await seenBy("anon"), `${from} → ${to}`).toEqual(expected[to].anon);
        await change(from);
        expect(await postgres.ask(attributes), `${from} → ${to} → ${from}`).toEqual(there);
        await change("production");
        expect([await postgres.ask(attributes), await postgres.ask(flags)]).toEqual(before);
      }
    }
    await expectSettled(cloud);
  }, 240_000);

  test("a table that is made in a weaker mode is covered, and shut when production is back", async () => {
    await change("disabled");
    const session = await postgres.open("postgres", undefined);
    const made =
      "create table late (id int); alter table late enable row level security; insert into late values (1)";
    expect(await session.query(made)).not.toHaveProperty("error");
    await session.end();
    expect(await rowsSeen("anon", "late")).toBe(1);
    await change("production");
    expect(await rowsSeen("anon", "late")).toBe(0);
  });

  test("an open session sees the change at once", async () => {
    const session = await postgres.open("postgres", undefined);
    await session.query("set role anon");
    const count = async () => {
      const { results } = await session.query("select count(*)::int from shut");
      return results.at(-1)?.rows[0]?.[0];
    };
    expect(await count()).toBe("0");
    await change("disabled");
    expect(await count()).toBe("1");
    await change("production");
    expect(await count()).toBe("0");
    await session.end();
  });

  test("through Kong, a table without a policy opens and shuts", async () => {
    const { stdout } = await cloud.run("context acme-erp --role dev-worker");
    const apikey = JSON.parse(stdout).supabase_anon_key;
    const rows = async () => {
      const url = "https://devenv-acme-erp-kong.fly.dev/rest/v1/shut?select=id";
      return (await cloud.fly.proxy(url, { headers: { apikey } })).json();
    };
    expect(await rows()).toEqual([]);
    await change("disabled");
    expect(await rows()).toEqual([{ id: 1 }]);
    await change("production");
    expect(await rows()).toEqual([]);
  });

  test("doctor names tables that never enabled it, and a mode that somebody changed by hand", async () => {
    const findings = async () => {
      const { stdout } = await cloud.run("doctor acme-erp --format json");
      const all: { check: string; verdict: string; text: string }[] = JSON.parse(stdout).findings;
      return all
        .filter(({ check }) => check === "row-security")
        .map(({ verdict, text }) => `${verdict} ${text}`);
    };
    const session = await postgres.open("postgres", undefined);
    await session.query("alter table own disable row level security");
    const [mode, ...lints] = await findings();
    expect(mode).toBe("ok row level security is production, in the database too");
    expect(lints).toEqual([
      "warning tables without row level security, which whoever holds the public key may read and write: public.open (lint 0013)",
      "warning tables with policies, but row level security is not enabled, which whoever holds the public key may read and write: public.own (lint 0007)",
    ]);
    await session.query("alter table own enable row level security; drop table open");
    await session.end();
    await postgres.ask("alter role authenticated bypassrls");
    expect(await findings()).toEqual([
      "failed row level security is recorded as production, and is permissive in the database",
      "ok every table that the API serves has it enabled",
    ]);
    await postgres.ask("alter role authenticated nobypassrls");
    await change("disabled");
    expect((await findings())[0]).toMatch(
      /^warning row level security is disabled until 2027-03-01, in/,
    );
    await change("production");
  });
});
