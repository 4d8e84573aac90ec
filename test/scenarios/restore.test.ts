/** Data brought back from a snapshot, on a real PostgreSQL. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { watchedPostgres } from "../security/watched-postgres.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { expectSettled, stackOf } from "./stacks.ts";

const file = "silos/acme-erp.yml";
const postgres = watchedPostgres();
let cloud: Cloud;

beforeAll(async () => {
  cloud = aCloud({
    files: { [file]: specText({ devenv: "  prevent_destroy: false" }) },
    postgres: postgres.onClock,
  });
  await done("apply acme-erp");
  await postgres.ask(
    `create table notes (id int primary key); insert into notes values (1), (2);
     create table auth.refresh_tokens (token text)`,
  );
}, 60_000);

afterAll(async () => {
  await cloud.fly.close();
  await postgres.close();
});

async function done(line: string) {
  const run = await cloud.run(line);
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  return run;
}

async function databasePassword(): Promise<string> {
  const { stdout } = await done("context acme-erp --role devops --format json");
  return JSON.parse(stdout).connection_info.db_password;
}

/** Taken now, as Fly takes one a day. */
async function snapshot(service = "pg"): Promise<string> {
  const { volumes } = await stackOf(cloud);
  const volume = volumes.find(
    ({ app, attachedTo }) => app === `devenv-acme-erp-${service}` && attachedTo,
  );
  const url = `http://fly.local/v1/apps/devenv-acme-erp-${service}/volumes/${volume?.id}/snapshots`;
  await cloud.fly.fetch(url, { method: "POST", headers: { authorization: "Bearer local" } });
  const { stdout } = await done("snapshots acme-erp --format json");
  return JSON.parse(stdout)[0].id;
}

test("data, and with it the roles, come back as they were; passwords are those in force", async () => {
  const old = await databasePassword();
  await postgres.ask("insert into auth.refresh_tokens (token) values ('of a stolen session')");
  await done("stop acme-erp");
  const id = await snapshot();
  await done("start acme-erp");
  await postgres.ask("delete from notes");
  await done("rotate acme-erp");
  const now = await databasePassword();
  expect(now).not.toBe(old);

  const shown = await cloud.run(`restore acme-erp --snapshot ${id}`);
  expect(shown).toMatchObject({ exitCode: 4, writes: [] });
  expect(shown.stderr).toContain(`REPLACE THE DATA of devenv-acme-erp-pg by that of ${id}`);
  expect(shown.stderr).toContain("Replacing data needs --allow-destroy");

  // Approved as a plan, it is exactly that.
  const [, digest] = /digest ([0-9a-f]{32})/.exec(shown.stderr) ?? [];
  const other = await cloud.run(`restore acme-erp --snapshot ${id} --plan ${"0".repeat(32)}`);
  expect(other).toMatchObject({ exitCode: 4, writes: [] });
  await done(`restore acme-erp --snapshot ${id} --plan ${digest}`);
  expect(await postgres.ask("select id::text from notes order by id")).toEqual([["1"], ["2"]]);
  expect(await postgres.ask("select 1 from auth.refresh_tokens")).toEqual([]);
  expect(await postgres.refusal("postgres", now)).toBeUndefined();
  expect(await postgres.refusal("postgres", old)).toMatchObject({ code: "28P01" });
  await expectSettled(cloud);

  const { volumes } = await stackOf(cloud);
  const ofDatabase = volumes.filter(({ name }) => name === "pg_data");
  expect(ofDatabase).toHaveLength(2);
  // What was replaced can be brought back, too.
  const { stdout } = await done("snapshots acme-erp --format json");
  const replaced = ofDatabase.find(({ attachedTo }) => attachedTo === undefined);
  const last = JSON.parse(stdout).find(({ volume }: { volume: string }) => volume === replaced?.id);
  await done(`restore acme-erp --snapshot ${last.id} --allow-destroy`);
  expect(await postgres.ask("select id::text from notes")).toEqual([]);
  await cloud.clock.sleep(8 * 86_400_000);
  await done("apply acme-erp");
  expect((await stackOf(cloud)).volumes).toHaveLength(2);
}, 60_000);

test("on a stopped silo what needs a database waits for its start, and Kong with it", async () => {
  await postgres.ask("insert into notes values (3)");
  await postgres.ask("insert into auth.refresh_tokens (token) values ('of another session')");
  await done("stop acme-erp");
  const id = await snapshot();
  await done(`restore acme-erp --snapshot ${id} --allow-destroy`);
  expect(new Set((await stackOf(cloud)).machines.map(({ state }) => state))).toEqual(
    new Set(["stopped", "created"]),
  );
  await done("start acme-erp");
  expect(await postgres.ask("select id::text from notes")).toEqual([["3"]]);
  expect(await postgres.ask("select 1 from auth.refresh_tokens")).toEqual([]);
  await expectSettled(cloud);
}, 60_000);

test("after a destruction: brought back within its days, then restored", async () => {
  const id = await snapshot();
  await done("destroy acme-erp --allow-destroy");
  const early = await cloud.run(`restore acme-erp --snapshot ${id} --allow-destroy`);
  expect(early.exitCode).toBe(4);
  expect(early.stdout).toContain("run `silo apply acme-erp` first");
  await done("apply acme-erp");
  await done(`restore acme-erp --snapshot ${id} --allow-destroy`);
  expect(await postgres.ask("select id::text from notes")).toEqual([["3"]]);
  await expectSettled(cloud);
}, 60_000);

test.each([
  ["restore acme-erp", "Name one silo and a snapshot of it"],
  ["restore acme-erp --snapshot vs_none --allow-destroy", "acme-erp has no snapshot vs_none"],
])("%s is refused", async (line, text) => {
  const run = await cloud.run(line);
  expect(run).toMatchObject({ exitCode: 2, writes: [] });
  expect(run.stderr).toContain(text);
});
