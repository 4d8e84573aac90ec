/** SQL files run as `postgres`, inside the database, and only by an apply. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeSqlLoader } from "#spec/load-sql.ts";
import { aMigratedCloud, migrationPath, specFile } from "../scenarios/migrated-cloud.ts";
import { type Content, memoryFiles } from "../spec/memory-files.ts";
import { aCloud } from "../support/a-cloud.ts";
import { aSilo } from "../support/a-silo.ts";
import { specText } from "../support/spec-text.ts";

const folder = "supabase/migrations";
const silo = aSilo({ devenv: { migrations: `${folder}/`, seed: "supabase/seed.sql" } });

/** Findings of one migration beside a harmless seed. */
function findingsOf(contents: Readonly<Record<string, Content>>) {
  const files = memoryFiles({
    "supabase/seed.sql": "select 1;",
    [specFile]: specText(),
    ...contents,
  });
  return makeSqlLoader(files)(silo).findings.map(({ file, line, severity, code }) => ({
    at: `${file}:${line}`,
    is: `${severity} ${code}`,
  }));
}

const one = `${folder}/20240101000000_one.sql`;

describe("migration-escape: refused where it is read", () => {
  test.each([
    ["a shell command of psql", "select 1;\n\\! touch /tmp/escaped", 2, "PSQL_COMMAND"],
    ["an included file", "\\i /etc/passwd", 1, "PSQL_COMMAND"],
    ["a command of psql after a statement", "select 'a' \\gexec", 1, "PSQL_COMMAND"],
    ["a copy by psql", "\\copy t from '/etc/passwd'", 1, "PSQL_COMMAND"],
    ["COPY from a program", "copy t from program 'id'", 1, "SQL_ESCAPE"],
    ["COPY to a program", "COPY (select 1) TO /* so */ PROGRAM 'id'", 1, "SQL_ESCAPE"],
    ["COPY from a file", "copy t from '/etc/passwd'", 1, "SQL_COPY"],
    ["COPY from a client", "copy t from stdin;", 1, "SQL_COPY"],
    [
      "COPY by a block",
      "do $$ begin execute 'copy t from program ''id'''; end $$",
      1,
      "SQL_ESCAPE",
    ],
    ["a role that runs programs", "grant pg_execute_server_program to postgres", 1, "SQL_ESCAPE"],
    ["a role that reads files", "GRANT PG_READ_SERVER_FILES TO anon", 1, "SQL_ESCAPE"],
    ["an end of our transaction", "select 1;\ncommit;\nselect 2;", 2, "SQL_TRANSACTION"],
    ["a rollback", "rollback; create table t (id int);", 1, "SQL_TRANSACTION"],
    ["a second begin", "begin; select 1; commit; begin; commit;", 1, "SQL_TRANSACTION"],
    ["a prepared one", "prepare transaction 'x'", 1, "SQL_TRANSACTION"],
    ["other quotes", "set standard_conforming_strings = off;", 1, "SQL_QUOTES"],
    [
      "an index among others",
      "select 1;\ncreate index concurrently if not exists i on t (a);",
      2,
      "SQL_NO_TRANSACTION",
    ],
    [
      "an index that cannot be repeated",
      "create index concurrently i on t (a);",
      1,
      "SQL_NOT_REPEATABLE",
    ],
    ["a zero byte", "select 1\0", 1, "SQL_SYNTAX"],
    ["an open quote", "select 'a", 1, "SQL_SYNTAX"],
  ])("%s", (_what, text, line, code) => {
    expect(findingsOf({ [one]: text })).toEqual([{ at: `${one}:${line}`, is: `error ${code}` }]);
    expect(findingsOf({ [one]: "select 1", "supabase/seed.sql": text })).toEqual([
      { at: `supabase/seed.sql:${line}`, is: `error ${code}` },
    ]);
  });

  test.each([
    ["a link", { [one]: { kind: "link" } }, one, "error SYMLINK"],
    ["a folder that is a link", { [folder]: { kind: "link" } }, folder, "error SYMLINK"],
    ["a parent that is a link", { supabase: { kind: "link" } }, "supabase", "error SYMLINK"],
    ["a device", { [one]: { kind: "other" } }, one, "error NOT_A_FILE"],
    ["no text", { [one]: new Uint8Array([0xff, 0xfe]) }, one, "error UNREADABLE"],
    ["a large one", { [one]: "-".repeat(1024 * 1024 + 1) }, one, "error SQL_TOO_LARGE"],
    [
      "a wrong name",
      { [`${folder}/one.sql`]: "select 1" },
      `${folder}/one.sql`,
      "warning MIGRATION_NAME",
    ],
    [
      "a version twice",
      { [one]: "select 1", [`${folder}/20240101000000_two.sql`]: "select 1" },
      `${folder}/20240101000000_two.sql`,
      "error MIGRATION_TWICE",
    ],
  ] as const)("%s", (_what, contents, file, is) => {
    expect(findingsOf(contents)).toContainEqual({ at: `${file}:1`, is });
  });

  test("a seed that is a link", () => {
    const found = findingsOf({ [one]: "select 1", "supabase/seed.sql": { kind: "link" } });
    expect(found).toEqual([{ at: "supabase/seed.sql:1", is: "error SYMLINK" }]);
  });

  test.each(["../elsewhere", "supabase/../../etc", "/etc", "./x"])("a path %s", async (path) => {
    const spec = specText({ devenv: `  migrations: "${path}"` });
    const refused = await aCloud({ files: { [specFile]: spec } }).run("plan acme-erp");
    expect(refused).toMatchObject({ exitCode: 2, calls: [] });
  });

  test("what is not there is said at the line of the spec that names it", async () => {
    const spec = specText({ devenv: "  migrations: supabase/migrations" });
    const refused = await aCloud({ files: { [specFile]: spec } }).run("validate");
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stdout).toContain(`${specFile}:6:15: error NO_SQL There is no folder ${folder}`);
  });

  test("a file that cannot be used refuses plan and apply before any call, and keeps nobody from starting", async () => {
    const files = {
      [specFile]: specText({ devenv: "  migrations: supabase/migrations" }),
      [migrationPath("1_one")]: "select 1",
    };
    const cloud = aCloud({ files });
    expect(await cloud.run("stop acme-erp")).toMatchObject({ exitCode: 4 });
    cloud.files.write(migrationPath("1_one"), "\\! id");
    for (const line of ["plan acme-erp", "apply acme-erp"]) {
      const refused = await cloud.run(line);
      expect(refused).toMatchObject({ exitCode: 2, calls: [] });
      expect(refused.stdout + refused.stderr).toContain("1_one.sql:1:1: error PSQL_COMMAND");
    }
  });
});

describe("migration-escape: what reaches the database", () => {
  const cloud = aMigratedCloud();
  beforeAll(() => cloud.expectExit("apply acme-erp"), 60_000);
  afterAll(() => cloud.close());

  test("a pull request's files are parsed and never run", async () => {
    cloud.add("20250101000000_pull", "create table pulled (id int);");
    const { writes } = await cloud.run("plan acme-erp");
    expect(writes).toEqual([]);
    await cloud.expectExit("validate");
    expect(await cloud.value("select to_regclass('pulled')::text")).toBe(null);
    cloud.files.content.delete(migrationPath("20250101000000_pull"));
  });

  test("no text of a file is read by psql: quotes hold backslashes, variables and markers as they are", async () => {
    const sent: string[] = [];
    cloud.disturb((fetch) => (input, init) => {
      if (String(input).endsWith("/exec")) sent.push(String(init?.body));
      return fetch(input, init);
    });
    const text = "\\! id :HOME :'USER' \\gexec `id` $1";
    cloud.add(
      "20250102000000_quotes",
      `create table quoted as select '${text.replaceAll("'", "''")}'::text as a, $x$${text}\n\\q\n$x$::text as b;`,
    );
    await cloud.expectExit("apply acme-erp");
    cloud.disturb(undefined);
    expect(await cloud.ask("select a, b from quoted")).toEqual([[text, `${text}\n\\q\n`]]);
    expect(sent).toHaveLength(1);
    expect(sent.join("")).not.toContain("quoted");
    expect(sent.join("")).not.toContain(":HOME");
    const { stdin } = JSON.parse(sent[0] ?? "{}");
    expect(stdin.match(/\\\S*/g)).toEqual(["\\gexec"]);
  });

  test.each([
    ["become the superuser", "set role supabase_admin", "permission denied to set role"],
    [
      "become it for good",
      "set session authorization supabase_admin",
      "permission denied to set session authorization",
    ],
    [
      "lift row level security",
      "alter role anon bypassrls",
      "must be superuser to change bypassrls attribute",
    ],
    ["read a file", "select pg_read_file('/etc/passwd')", "absolute path not allowed"],
    [
      "run a program, hidden",
      "do $$ begin execute 'co' || 'py (select 1) to pro' || 'gram ''id'''; end $$",
      "must be superuser or have privileges of the pg_execute_server_program role",
    ],
    [
      "change the server",
      "alter system set log_statement = 'all'",
      "ALTER SYSTEM cannot run inside a transaction block",
    ],
  ])("as postgres nobody can %s", async (_what, sql, message) => {
    cloud.add("20250103000000_try", `create table tried (id int);\n${sql};`);
    const failed = await cloud.expectExit("apply acme-erp", 1);
    expect(failed.stdout).toContain("20250103000000_try.sql:2: ERROR:");
    expect(failed.stdout).toMatch(new RegExp(message.slice(0, 40), "i"));
    expect(await cloud.value("select to_regclass('tried')::text")).toBe(null);
  });
  afterEach(() => void cloud.files.content.delete(migrationPath("20250103000000_try")));
});
