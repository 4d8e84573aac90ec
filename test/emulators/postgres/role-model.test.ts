import { beforeEach, describe, expect, it } from "vitest";
import { type Database, isSession } from "#emulators/postgres/database.ts";
import { createRoleModel, roleModel } from "#emulators/postgres/role-model.ts";

let database: Database;
beforeEach(() => {
  const data = new Map<string, string>();
  createRoleModel(data, "image");
  database = roleModel(data, () => 0);
});

const loginOf = (user: string, password?: string) =>
  database.connect({ user, password, database: "postgres" });

async function ask(sql: string, user = "supabase_admin") {
  const session = await loginOf(user);
  if (!isSession(session)) throw new Error(session.message);
  const { results, error } = await session.query(sql);
  return error ? error.message : results.map(({ rows, tag }) => (rows.length > 0 ? rows : tag));
}

describe("the model of a database", () => {
  it("lets a role in once it has a password, and only with that", async () => {
    expect(await loginOf("authenticator", "a")).toMatchObject({ code: "28P01" });
    await ask("alter role authenticator with login password 'a'");
    expect(isSession(await loginOf("authenticator", "a"))).toBe(true);
    expect(await loginOf("authenticator", "b")).toMatchObject({ code: "28P01" });
    expect(await loginOf("anon")).toMatchObject({
      message: 'role "anon" is not permitted to log in',
    });
  });

  it("follows the attributes that the modes of RLS change", async () => {
    const query =
      "select rolname, rolbypassrls from pg_roles where rolname in ('anon', 'authenticated') order by rolname";
    expect(await ask(query)).toEqual([
      [
        ["anon", "f"],
        ["authenticated", "f"],
      ],
    ]);
    expect(await ask('ALTER ROLE "authenticated" BYPASSRLS; ALTER ROLE anon NOBYPASSRLS;')).toEqual(
      ["ALTER ROLE", "ALTER ROLE"],
    );
    expect(await ask(query)).toEqual([
      [
        ["anon", "f"],
        ["authenticated", "t"],
      ],
    ]);
  });

  it("keeps reserved roles for the superuser, and a failed query changes nothing", async () => {
    expect(await ask("alter role anon bypassrls", "postgres")).toContain("reserved role");
    expect(await ask("alter role dashboard_user login; alter role nobody login")).toContain(
      "does not exist",
    );
    expect(await ask("select rolcanlogin from pg_roles where rolname = 'dashboard_user'")).toEqual([
      [["f"]],
    ]);
  });

  it("answers what provisioning asks and sends everything else to a real server", async () => {
    expect(await ask("select 1")).toEqual([[["1"]]]);
    expect(await ask("select to_regnamespace('auth') is not null")).toEqual([[["t"]]]);
    expect(await ask("select 1 from pg_namespace where nspname = 'auth'")).toEqual([[["1"]]]);
    expect(await ask("select count(*) from todos")).toContain("needs a real PostgreSQL");
  });
});
