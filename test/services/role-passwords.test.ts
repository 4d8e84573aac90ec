import { expect, test } from "vitest";
import { rolePasswordsSql } from "#services/role-passwords.ts";
import { loginRoles } from "#silo/credentials.ts";
import { credentials, passwordOf } from "./fake-credentials.ts";

const sql = rolePasswordsSql(credentials);
const altered = [...sql.matchAll(/ALTER ROLE (\w+) PASSWORD '([^']+)'/g)];

test("every login role gets its own verifier", () => {
  expect(altered.map(([, role]) => role).sort()).toEqual([...loginRoles].sort());
  expect(new Set(altered.map(([, , verifier]) => verifier)).size).toBe(loginRoles.length);
});

test("supabase_admin, who runs the script, comes last", () => {
  expect(altered.at(-1)?.[1]).toBe("supabase_admin");
});

test("a role that the image does not have is passed over", () => {
  for (const role of loginRoles) {
    expect(sql).toMatch(
      new RegExp(`IF EXISTS \\([^)]*rolname = '${role}'\\) THEN\\s+ALTER ROLE ${role} `),
    );
  }
});

test("password-never-in-sql-or-argv", () => {
  for (const role of loginRoles) expect(sql).not.toContain(passwordOf(role));
});

test("is plain SQL, not psql's commands, and stays out of the server log", () => {
  expect(sql).not.toMatch(/^\\/m);
  expect(sql.indexOf("SET log_statement = 'none'")).toBeLessThan(sql.indexOf("ALTER ROLE"));
});
