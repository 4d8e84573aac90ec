/** What a silo has handed out is taken back before it moves, and is the same when it has arrived. */

import { expect, test } from "vitest";
import { aRepo, cloudWith, expectedWhileRunning, nothing, standing } from "./handed-out.ts";
import { stackOf } from "./stacks.ts";

test("nothing stands on GitHub while it moves, and the same keys afterwards", async () => {
  const seen: unknown[] = [];
  const cloud = cloudWith(aRepo(), {
    wrap: (fetch) => async (input, init) => {
      if (String(init?.body ?? "").includes("source_volume_id")) seen.push(standing(cloud));
      return fetch(input, init);
    },
  });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  const before = await expectedWhileRunning(cloud);
  expect(standing(cloud)).toEqual(before);
  expect(await cloud.run("move acme-erp ams")).toMatchObject({ exitCode: 0 });
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode, run.stdout).toBe(0);
  expect(seen).toEqual([nothing, nothing]);
  expect(standing(cloud)).toEqual(before);
  const regions = (await stackOf(cloud)).machines.map(({ region }) => region);
  expect(new Set(regions)).toEqual(new Set(["ams"]));
  expect(cloud.violations()).toEqual([]);
});

test("a GitHub that is down stops no move; the keys that stayed out are still those in force", async () => {
  let isDown = false;
  const cloud = cloudWith(aRepo(), {
    wrapGitHub: (fetch) => async (input, init) => {
      const isWrite = (init?.method ?? "GET") !== "GET";
      return isDown && isWrite ? new Response("down", { status: 503 }) : fetch(input, init);
    },
  });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  await cloud.run("move acme-erp ams");
  isDown = true;
  expect((await cloud.run("apply acme-erp")).exitCode).toBe(1);
  isDown = false;
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode, run.stdout).toBe(0);
  // Fly counts requests.
  await cloud.clock.sleep(10_000);
  expect(standing(cloud)).toEqual(await expectedWhileRunning(cloud));
  const regions = (await stackOf(cloud)).machines.map(({ region }) => region);
  expect(new Set(regions)).toEqual(new Set(["ams"]));
});
