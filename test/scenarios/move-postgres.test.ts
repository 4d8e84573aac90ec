/** A move on a real PostgreSQL: what is copied is what is found, and what differs is not switched to. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fetch } from "#world/effects.ts";
import { watchedPostgres } from "../security/watched-postgres.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { expectSettled, stackOf } from "./stacks.ts";

const file = "silos/acme-erp.yml";
const postgres = watchedPostgres();
let disturb: ((fetch: Fetch) => Fetch) | undefined;
let cloud: Cloud;

beforeAll(async () => {
  cloud = aCloud({
    files: { [file]: specText() },
    postgres: postgres.onClock,
    wrap: (fetch) => disturb?.(fetch) ?? fetch,
  });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  await postgres.ask(
    `create table public.notes (id int primary key, body text);
     insert into public.notes select n, 'note ' || n from generate_series(1, 500) n;
     insert into storage.buckets (id, name) values ('files', 'files');
     insert into storage.objects (bucket_id, name) values ('files', 'a.png'), ('files', 'b.png');
     create role reporting login;`,
  );
}, 60_000);

afterAll(async () => {
  await cloud.fly.close();
  await postgres.close();
});

const home = async () => [...new Set((await stackOf(cloud)).machines.map(({ region }) => region))];
const sum = () =>
  postgres.ask("select count(*)::text, md5(string_agg(body, ',' order by id)) from notes");

test("a copy that lacks something is not switched to; the source starts again as it was", async () => {
  const before = await sum();
  // Somebody takes a row out of the copy before it is counted.
  let counts = 0;
  disturb = (fetch) => async (input, init) => {
    const isCount = String(init?.body ?? "").includes("pg_tables");
    if (isCount && ++counts === 2) await postgres.ask("delete from notes where id = 7");
    return fetch(input, init);
  };
  expect(await cloud.run("move acme-erp ams")).toMatchObject({ exitCode: 0 });
  const run = await cloud.run("apply acme-erp");
  disturb = undefined;
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toMatch(
    /the copy in ams does not hold what its source in yyz held \(.*\b2 storage objects, not .*\b2 storage objects\); nothing was switched/,
  );
  expect(await cloud.run("start acme-erp")).toMatchObject({ exitCode: 0 });
  expect(await sum()).toEqual(before);
}, 60_000);

test("the next apply moves it with all rows, roles and objects", async () => {
  const before = await sum();
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode, run.stdout).toBe(0);
  expect(await home()).toEqual(["ams"]);
  expect(await sum()).toEqual(before);
  expect(await postgres.ask("select count(*)::text from storage.objects")).toEqual([["2"]]);
  expect(await postgres.ask("select 1 from pg_roles where rolname = 'reporting'")).toHaveLength(1);
  await expectSettled(cloud);
}, 60_000);

test("what is written after the move is not in the volume that was left", async () => {
  await postgres.ask("insert into notes values (501, 'only there')");
  expect(await cloud.run("move acme-erp yyz")).toMatchObject({ exitCode: 0 });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect(await home()).toEqual(["yyz"]);
  expect((await sum())[0]?.[0]).toBe("501");
}, 60_000);
