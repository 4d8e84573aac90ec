/** Runs that die while they migrate, on a real PostgreSQL: every file is applied once. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { crashing, misanswered } from "./interruptions.ts";
import { aMigratedCloud } from "./migrated-cloud.ts";
import { metadataOf } from "./rotations.ts";
import { expectSettled, stackOf } from "./stacks.ts";

let cloud: ReturnType<typeof aMigratedCloud>;

beforeEach(async () => {
  cloud = aMigratedCloud();
  await cloud.expectExit("apply acme-erp");
});
afterEach(() => cloud.close());

const isOfDatabase = (method: string, path: string): boolean =>
  method !== "GET" && path.includes("-pg/machines/");

/** Two files that would fail if they were applied twice. */
function addPair(number: string): void {
  cloud.add(`${number}0_one`, `create table t${number} (id int);`);
  cloud.add(
    `${number}1_two`,
    `insert into t${number} values (1); alter table notes add c${number} int;`,
  );
}

const numberOf = (series: number, at: number) => `202${series}010100${String(at).padStart(2, "0")}`;

test("killed at each call to the database and its machine", async () => {
  let pairs = 0;
  for (const [series, when] of [
    [5, "before"],
    [6, "after"],
  ] as const) {
    for (let at = 1, isDead = true; isDead; at++) {
      const number = numberOf(series, at);
      addPair(number);
      const { wrap, died } = crashing({ at, when, counts: isOfDatabase });
      cloud.disturb(wrap);
      isDead = typeof (await Promise.race([died, cloud.run("apply acme-erp")])) === "string";
      cloud.disturb(undefined);
      await cloud.clock.sleep(60_000);
      await cloud.expectExit("apply acme-erp");
      expect(await cloud.value(`select count(*)::text from t${number}`), `${when} ${at}`).toBe("1");
      pairs++;
    }
  }
  expect(pairs).toBe(6);
  expect(await cloud.history()).toHaveLength(2 + 2 * pairs);
  await expectSettled(cloud);
}, 120_000);

test.each([408, 502, "reset"] as const)(
  "an answer that never came (%s) is not believed",
  async (answer) => {
    addPair(numberOf(7, 1));
    const { wrap, struck } = misanswered(1, answer, (_method, path) => path.endsWith("/exec"));
    cloud.disturb(wrap);
    await cloud.expectExit("apply acme-erp");
    expect(struck()).not.toBe("");
    expect(await cloud.history()).toHaveLength(4);
    cloud.disturb(undefined);
    await expectSettled(cloud);
  },
  60_000,
);

test("a Postgres machine made again on old data asks the database what it has", async () => {
  const { machines } = await stackOf(cloud);
  const pg = machines.find(({ app }) => app === "devenv-acme-erp-pg");
  const path = `http://fly.local/v1/apps/${pg?.app}/machines/${pg?.id}?force=true`;
  await cloud.fly.fetch(path, { method: "DELETE", headers: { authorization: "Bearer local" } });
  await cloud.expectExit("apply acme-erp");
  expect((await metadataOf(cloud, "pg")).silo_migrations).toMatch(/^2:/);
  expect(await cloud.value("select count(*)::text from notes")).toBe("3");
  await expectSettled(cloud);
}, 60_000);
