/** An import on a real PostgreSQL: the rows stay, and the passwords of the time before let nobody in. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { watchedPostgres } from "../security/watched-postgres.ts";
import { aCloud } from "../support/a-cloud.ts";
import { makeByHand } from "./hand-made.ts";
import { expectSettled } from "./stacks.ts";

const postgres = watchedPostgres();
const cloud = aCloud({ postgres: postgres.onClock });

/** As the document has it. */
function handOverSql(): string {
  const text = readFileSync(join(import.meta.dirname, "../../docs/import.md"), "utf8");
  return /```sql\n([^`]*)```/.exec(text)?.[1] ?? "";
}

afterAll(async () => {
  await cloud.fly.close();
  await postgres.close();
});

test("what was in the database is there after import and apply, under new passwords", async () => {
  await makeByHand(cloud);
  await postgres.ask(
    `create table public.notes (id int primary key, body text);
     insert into public.notes select n, 'note ' || n from generate_series(1, 500) n;`,
  );
  const rows = () =>
    postgres.ask("select count(*)::text, md5(string_agg(body, ',' order by id)) from notes");
  const before = await rows();
  expect(await postgres.refusal("postgres", "hand-made-password")).toBeUndefined();
  expect(await cloud.run("import acme erp --adopt")).toMatchObject({ exitCode: 0 });
  expect(await postgres.refusal("postgres", "hand-made-password")).toBeUndefined();
  // Its services logged in as postgres, which owns what they made.
  const failed = await cloud.run("apply acme-erp");
  expect(failed.exitCode).toBe(1);
  expect((await cloud.run("logs acme-erp storage")).stdout).toContain("must be owner of table");
  await postgres.ask(handOverSql());
  const applied = await cloud.run("apply acme-erp");
  expect(applied, applied.stdout).toMatchObject({ exitCode: 0 });
  expect(await rows()).toEqual(before);
  expect(before[0]?.[0]).toBe("500");
  expect(await postgres.refusal("postgres", "hand-made-password")).toMatchObject({ code: "28P01" });
  await expectSettled(cloud);
}, 60_000);
