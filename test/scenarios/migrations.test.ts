/** Migrations and seed on a real PostgreSQL, as a user meets them. */

import { afterEach, beforeEach, expect, test } from "vitest";
import {
  aMigratedCloud,
  functionsSql,
  migrationPath,
  notesSql,
  placeOf,
  seedFile,
  seedSql,
  specFile,
  specWithoutSeed,
  specWithSeed,
} from "./migrated-cloud.ts";
import { expectSettled } from "./stacks.ts";

let cloud: ReturnType<typeof aMigratedCloud>;

beforeEach(() => {
  cloud = aMigratedCloud();
});
afterEach(() => cloud.close());

test("a first apply applies them in order, then the seed, before Kong opens; each once", async () => {
  const { stdout } = await cloud.run("plan acme-erp");
  expect(stdout).toContain(
    "Apply to the database of acme-erp 2 migrations: 20240101000000_notes, 20240102000000_functions, then the seed supabase/seed.sql",
  );
  const applied = await cloud.expectExit("apply acme-erp");
  const at = (action: string, suffix: string) => placeOf(applied, action, suffix);
  expect(at("machine.exec", "pg")).toBeGreaterThan(at("machine.start", "auth"));
  expect(at("machine.exec", "pg")).toBeGreaterThan(at("machine.start", "storage"));
  expect(at("machine.exec", "pg")).toBeLessThan(at("machine.start", "kong"));
  expect(await cloud.history()).toEqual(["20240101000000 notes 5", "20240102000000 functions 3"]);
  expect(await cloud.value("select count(*)::text from notes")).toBe("3");
  expect(await cloud.value("select body from notes where id = 3")).toBe("it's; 'so'");
  expect(await cloud.value("select tableowner from pg_tables where tablename = 'notes'")).toBe(
    "postgres",
  );
  expect(await cloud.value("select twice(4)::text")).toBe("8");
  await expectSettled(cloud);

  cloud.add("20240103000000_more", "alter table notes add column more int;");
  const plan = await cloud.run("plan acme-erp --detailed-exitcode");
  expect(plan).toMatchObject({ exitCode: 3 });
  expect(plan.stdout).toContain("1 migration: 20240103000000_more");
  expect(plan.stdout).not.toContain("seed");
  await cloud.expectExit("apply acme-erp");
  expect(await cloud.history()).toHaveLength(3);
  expect(await cloud.value("select count(*)::text from notes")).toBe("3");
  await expectSettled(cloud);
}, 60_000);

test("a file that fails leaves nothing behind, says where, and the next run goes on", async () => {
  await cloud.expectExit("apply acme-erp");
  cloud.add("20240103000000_good", "create table good (id int);");
  cloud.add(
    "20240104000000_bad",
    "create table half (id int);\n\n\ninsert into half\n  values ('x');\n",
  );
  cloud.add("20240105000000_after", "create table after (id int);");
  const failed = await cloud.expectExit("apply acme-erp", 1);
  expect(failed.stdout).toContain(
    `${migrationPath("20240104000000_bad")}:5: ERROR:  invalid input syntax for type integer: "x"`,
  );
  expect((await cloud.history()).at(-1)).toMatch(/^20240103000000/);
  expect(await cloud.value("select to_regclass('half')::text")).toBe(null);
  expect(await cloud.value("select to_regclass('good')::text")).toBe("good");
  const status = JSON.parse(cloud.files.content.get("silos/status/acme-erp.json") ?? "{}");
  expect(status).toMatchObject({
    overall_status: "running",
    silo: { silo_status: "failed" },
    last_error: { message: expect.stringContaining("20240104000000_bad.sql:5") },
  });
  const plan = await cloud.run("plan acme-erp");
  expect(plan.stdout).toContain("2 migrations: 20240104000000_bad, 20240105000000_after");
  cloud.add("20240104000000_bad", "create table half (id int);");
  await cloud.expectExit("apply acme-erp");
  expect(await cloud.history()).toHaveLength(5);
  await expectSettled(cloud);
}, 60_000);

test("one that fails at the first start: the silo runs all the same", async () => {
  cloud.add("20240101000000_notes", "select 1;\nselect * from nowhere;");
  const failed = await cloud.expectExit("apply acme-erp", 1);
  expect(failed.stdout).toContain('notes.sql:2: ERROR:  relation "nowhere" does not exist');
  expect((await cloud.run("status acme-erp")).stdout).toMatch(/acme-erp {2}running/);
  expect(await cloud.value("select to_regclass('notes')::text")).toBe(null);
  cloud.add("20240101000000_notes", notesSql);
  await cloud.expectExit("apply acme-erp");
  // It was fresh all the time.
  expect(await cloud.value("select count(*)::text from notes")).toBe("3");
  await expectSettled(cloud);
}, 60_000);

test("a seed that fails is done again, and one that comes late is not done", async () => {
  cloud.files.write(
    "supabase/seed.sql",
    "insert into notes (id) values (1);\ninsert into notes (id) values (1);",
  );
  const failed = await cloud.expectExit("apply acme-erp", 1);
  expect(failed.stdout).toContain("supabase/seed.sql:2: ERROR:  duplicate key value");
  expect(await cloud.value("select count(*)::text from notes")).toBe("0");
  cloud.files.write(seedFile, seedSql);
  expect((await cloud.run("plan acme-erp")).stdout).toContain(
    "Apply to the database of acme-erp the seed supabase/seed.sql",
  );
  await cloud.expectExit("apply acme-erp");
  expect(await cloud.value("select count(*)::text from notes")).toBe("3");
  cloud.files.write(seedFile, `${seedSql}insert into notes (id) values (9);`);
  await expectSettled(cloud);
}, 60_000);

test("without a seed at first there is none later", async () => {
  cloud.files.write(specFile, specWithoutSeed);
  await cloud.expectExit("apply acme-erp");
  cloud.files.write(specFile, specWithSeed);
  await expectSettled(cloud);
  expect(await cloud.value("select count(*)::text from notes")).toBe("0");
}, 60_000);

test("a changed file is told of once and not applied again; one out of order, or gone, is refused", async () => {
  await cloud.expectExit("apply acme-erp");
  cloud.add("20240102000000_functions", functionsSql.replace("x * 2", "x * 3"));
  const plan = await cloud.run("plan acme-erp");
  expect(plan.stdout).toContain("the migrations of supabase/migrations that are new to it, of 2");
  const told = await cloud.expectExit("apply acme-erp");
  expect(told.stderr).toContain("20240102000000_functions.sql was changed after it was applied");
  await expectSettled(cloud);
  cloud.add("20240101500000_late", "create table late (id int);");
  const late = await cloud.expectExit("apply acme-erp", 1);
  expect(late.stdout).toContain("20240101500000_late.sql: older than 20240102000000");
  cloud.files.content.delete(migrationPath("20240101500000_late"));
  cloud.files.content.delete(migrationPath("20240101000000_notes"));
  const gone = await cloud.expectExit("apply acme-erp", 1);
  expect(gone.stdout).toContain("migrations that are not in supabase/migrations: 20240101000000");
  cloud.add("20240101000000_notes", notesSql);
  await cloud.expectExit("apply acme-erp");
  await expectSettled(cloud);
}, 60_000);

test("what somebody else has applied is found there", async () => {
  await cloud.expectExit("apply acme-erp");
  cloud.add("20240103000000_else", "create table elsewhere (id int);");
  await cloud.ask(
    "create table elsewhere (id int); insert into supabase_migrations.schema_migrations values ('20240103000000', array['create table elsewhere (id int)'], 'else')",
  );
  await cloud.expectExit("apply acme-erp");
  expect(await cloud.history()).toHaveLength(3);
  await expectSettled(cloud);
}, 60_000);

test("an index made concurrently, in no transaction", async () => {
  await cloud.expectExit("apply acme-erp");
  cloud.add(
    "20240103000000_index",
    "create index concurrently if not exists notes_body on notes (body);",
  );
  await cloud.expectExit("apply acme-erp");
  expect(await cloud.value("select to_regclass('notes_body')::text")).toBe("notes_body");
  expect((await cloud.history()).at(-1)).toBe("20240103000000 index 1");
  cloud.add("20240104000000_vacuum", "vacuum notes;");
  await cloud.expectExit("apply acme-erp");
  await expectSettled(cloud);
}, 60_000);

test("stopped: pending, and applied at the start before Kong opens", async () => {
  await cloud.expectExit("apply acme-erp");
  await cloud.expectExit("stop acme-erp");
  cloud.add("20240103000000_more", "create table more (id int);");
  const { exitCode, writes } = await cloud.run("apply acme-erp");
  expect({ exitCode, writes }).toEqual({ exitCode: 0, writes: [] });
  const status = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
  expect(status.pending).toEqual([
    { kind: "migrations-apply", text: "apply 1 migration: 20240103000000_more" },
  ]);
  const started = await cloud.expectExit("start acme-erp");
  expect(placeOf(started, "machine.exec", "pg")).toBeLessThan(
    placeOf(started, "machine.start", "kong"),
  );
  expect(await cloud.history()).toHaveLength(3);
  await expectSettled(cloud);
}, 60_000);
