import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isSession, type RunningDatabase } from "#emulators/postgres/database.ts";
import { createPostgresHost } from "#emulators/postgres/host.ts";
import { imageRoles } from "#emulators/postgres/image-roles.ts";
import { storedPassword } from "#emulators/postgres/scram.ts";
import {
  aJwt,
  aNeighbourhood,
  authEnv,
  bearer,
  passwords,
  postgresChanges,
  restEnv,
  storageEnv,
} from "../workloads/a-neighbourhood.ts";

const host = createPostgresHost();
afterAll(() => host.close());

async function ask(database: RunningDatabase, sql: string, user = "supabase_admin") {
  const session = await database.connect({ user, database: "postgres", password: undefined });
  if (!isSession(session)) throw new Error(session.message);
  const { results, error } = await session.query(sql);
  await session.end();
  return error ? `${error.severity}: ${error.message}` : (results.at(-1)?.rows ?? []);
}

describe("a cluster like the image's", () => {
  let database: RunningDatabase;
  beforeAll(async () => {
    await host.create("roles", "image");
    database = await host.start("roles");
  });

  it("is PostgreSQL 15 with the roles and attributes of the image", async () => {
    expect(
      await ask(database, "select current_setting('server_version_num')::int / 10000"),
    ).toEqual([["15"]]);
    const columns =
      "rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolinherit";
    const rows = await ask(
      database,
      `select ${columns} from pg_roles where rolname !~ '^pg_' order by 1`,
    );
    const yes = (value: boolean) => (value ? "t" : "f");
    const expected = Object.keys(imageRoles)
      .sort()
      .map((name) => {
        const role = imageRoles[name];
        return role
          ? [
              name,
              ...[
                role.login,
                role.superuser,
                role.createdb,
                role.createrole,
                role.replication,
                role.bypassrls,
                role.inherit,
              ].map(yes),
            ]
          : [];
      });
    expect(rows).toEqual(expected);
  });

  it("gives no role a password", async () => {
    expect(
      await ask(database, "select rolname from pg_authid where rolpassword is not null"),
    ).toEqual([]);
  });

  it("has the memberships, settings and schemas that the services need", async () => {
    const members =
      "select string_agg(r.rolname, ',' order by r.rolname) from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles u on u.oid = m.member where u.rolname = 'authenticator'";
    expect(await ask(database, members)).toEqual([["anon,authenticated,service_role"]]);
    const settings =
      "select rolname, array_to_string(rolconfig, ';') from pg_roles where rolname in ('anon', 'supabase_auth_admin') order by 1";
    expect(await ask(database, settings)).toEqual([
      ["anon", "statement_timeout=3s"],
      ["supabase_auth_admin", "search_path=auth;idle_in_transaction_session_timeout=60s"],
    ]);
    const schemas =
      "select count(*) from pg_namespace where nspname in ('auth', 'storage', 'extensions', 'graphql_public')";
    expect(await ask(database, schemas)).toEqual([["4"]]);
  });

  it("opens a new public table to everyone until RLS closes it, and BYPASSRLS opens it again", async () => {
    await ask(database, "create table todos (t text); insert into todos values ('x')", "postgres");
    const asAnon = "set role anon; select t from todos";
    expect(await ask(database, asAnon)).toEqual([["x"]]);
    await ask(database, "alter table todos enable row level security", "postgres");
    expect(await ask(database, asAnon)).toEqual([]);
    await ask(database, "alter role anon bypassrls");
    expect(await ask(database, asAnon)).toEqual([["x"]]);
    expect(await ask(database, "alter role anon nobypassrls", "postgres")).toContain("ERROR");
  });

  it("asks for passwords over TCP and takes verifiers as passwords", async () => {
    const verifier = storedPassword("authenticator", "right");
    await ask(database, `alter role authenticator password '${verifier}'`);
    const login = (password: string) =>
      database.connect({ user: "authenticator", database: "postgres", password });
    const session = await login("right");
    expect(isSession(session)).toBe(true);
    if (isSession(session)) await session.end();
    expect(await login("wrong")).toMatchObject({
      severity: "FATAL",
      message: 'password authentication failed for user "authenticator"',
    });
    expect(await login("")).not.toHaveProperty("query");
  });

  it("keeps its data over a stop, and loses it with the volume", async () => {
    await ask(database, "create table kept as select 42 as n");
    await host.stop("roles");
    database = await host.start("roles");
    expect(await ask(database, "select n from kept")).toEqual([["42"]]);
    await host.create("gone", "image");
    await host.start("gone");
    await host.discard("gone");
    expect(host.has("gone")).toBe(false);
    expect(host.has("roles")).toBe(true);
  });
});

describe("a silo on a real Postgres", () => {
  const world = aNeighbourhood(host);
  const pg = world.aMachine("pg", postgresChanges);
  const psql = (args: readonly string[], stdin?: string) =>
    world.exec(
      pg,
      ["psql", "-h", "127.0.0.1", "-U", "supabase_admin", "-d", "postgres", ...args],
      stdin,
    );

  it("boots all services in turn with the passwords of the schema file", async () => {
    expect(await world.boot(pg)).toEqual({ kind: "listens", ports: [5432] });
    for (const [app, env] of Object.entries({
      auth: authEnv,
      storage: storageEnv,
      rest: restEnv,
    })) {
      expect(await world.boot(world.aMachine(app, { env }))).toMatchObject({ kind: "listens" });
    }
    const tables = "select count(*) from pg_tables where schemaname in ('auth', 'storage')";
    expect(Number((await psql(["-Atc", tables])).stdout)).toBeGreaterThan(3);
    expect((await world.exec(pg, ["pg_isready", "-h", "localhost"])).exit_code).toBe(0);
  });

  it("runs psql for real, notices and errors included", async () => {
    const script = "do $$ begin raise notice 'hello'; end $$;\nselect 1 as one;\nselect nothing;\n";
    expect(await psql(["-v", "ON_ERROR_STOP=1", "-f", "-"], script)).toEqual({
      exit_code: 3,
      stdout: "DO\n one \n-----\n   1\n(1 row)\n\n",
      stderr:
        'psql:<stdin>:1: NOTICE:  hello\npsql:<stdin>:3: ERROR:  column "nothing" does not exist\nLINE 1: select nothing;\n               ^\n',
    });
    const both = await psql(["-c", "select 1 as a; select nothing"]);
    expect(both).toMatchObject({ exit_code: 1, stdout: expect.stringContaining(" a \n---\n 1") });
    expect((await psql(["-d", "missing", "-c", "select 1"])).exit_code).toBe(2);
  });

  it("makes auth.uid() read the claims once GoTrue has migrated", async () => {
    const id = "00000000-0000-0000-0000-000000000001";
    const sql = `begin; set local request.jwt.claims = '{"sub":"${id}"}'; select auth.uid()`;
    expect((await psql(["-Atqc", sql])).stdout).toBe(`${id}\n`);
  });

  it("serves tables over PostgREST to the token's role, under its policies", async () => {
    const sql = `create table notes (id int primary key, owner uuid, t text);
      alter table notes enable row level security;
      create policy own on notes for all to authenticated using (owner = auth.uid());
      insert into notes values (1, '00000000-0000-0000-0000-000000000001', 'mine'), (2, null, 'it''s');`;
    expect(await psql(["-c", sql])).toMatchObject({ exit_code: 0 });
    const rest = world.aMachine("rest", { env: restEnv });
    await world.boot(rest);
    const read = async (claims: object, query = "") => {
      const answer = await world.ask(rest, 3000, `/notes?select=id${query}`, bearer(aJwt(claims)));
      return answer.json();
    };
    const user = { role: "authenticated", sub: "00000000-0000-0000-0000-000000000001" };
    expect(await read({ role: "anon" })).toEqual([]);
    expect(await read(user)).toEqual([{ id: 1 }]);
    expect(await read({ role: "service_role" }, "&order=id.desc")).toEqual([{ id: 2 }, { id: 1 }]);
    expect(await read({ role: "service_role" }, "&t=eq.it's")).toEqual([{ id: 2 }]);
    await psql(["-c", "alter role authenticated bypassrls"]);
    expect(await read(user, "&order=id")).toEqual([{ id: 1 }, { id: 2 }]);
    await psql(["-c", "alter role authenticated nobypassrls"]);
    const row = (claims: object) => ({
      method: "POST",
      body: JSON.stringify({ id: 3, t: "new" }),
      ...bearer(aJwt(claims)),
    });
    expect((await world.ask(rest, 3000, "/notes", row({ role: "anon" }))).status).toBe(401);
    expect((await world.ask(rest, 3000, "/notes", row({ role: "service_role" }))).status).toBe(201);
    expect((await world.ask(rest, 3000, "/missing")).status).toBe(404);
  });

  it("survives a stop of the machine with data and passwords", async () => {
    await psql(["-c", "create table kept as select 7 as n"]);
    await world.stop(pg);
    await world.boot(pg);
    expect((await psql(["-Atc", "select n from kept"])).stdout).toBe("7\n");
    expect((await world.boot(world.aMachine("auth", { env: authEnv }))).kind).toBe("listens");
  });

  it("is half a database after a crash in its first boot", async () => {
    const half = world.aMachine("half", {
      ...postgresChanges,
      image: "supabase/postgres:15.1.1.78",
      env: { ...postgresChanges.env, EMULATE_CRASH_DURING_INIT: "1" },
    });
    expect((await world.boot(half)).kind).toBe("exits");
    expect((await world.boot(half)).kind).toBe("listens");
    const url = `postgres://authenticator:${passwords.authenticator}@half.flycast:5432/postgres`;
    const rest = world.aMachine("rest", { env: { ...restEnv, PGRST_DB_URI: url } });
    await world.boot(rest);
    expect((await world.check(rest, 3001, "/ready")).passing).toBe(false);
    await world.stop(half);
    await world.workloadFor("supabase/postgres:15.1.1.78").discard("vol-half");
    expect(host.has("vol-half")).toBe(false);
  });
});
