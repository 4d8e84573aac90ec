/** Withdrawal from a degraded silo, and its recovery, killed at every write on Fly and GitHub. */

import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../support/a-cloud.ts";
import { stopByHand } from "./by-hand.ts";
import { crashEverywhere } from "./crash-everywhere.ts";
import {
  aRepo,
  cloudWith,
  expectedWhileDegraded,
  expectedWhileRunning,
  nothing,
  standing,
} from "./handed-out.ts";
import { expectSettled, expectWhole, resumeCloud, type SavedCloud, saveCloud } from "./stacks.ts";

const gotrue = "devenv-acme-erp-auth";
let running: SavedCloud;
let degraded: SavedCloud;

const hang = async (cloud: Cloud) => cloud.fly.control.setHanging(gotrue, true);

beforeAll(async () => {
  const cloud = cloudWith(aRepo());
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  running = saveCloud(cloud);
  const other = await resumeCloud(running);
  await hang(other);
  expect(await other.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  expect(standing(other)).toEqual(await expectedWhileDegraded(other));
  degraded = saveCloud(other);
});

const isWhole = async (cloud: Cloud) => {
  expect(standing(cloud)).toEqual(await expectedWhileRunning(cloud));
  await expectWhole(cloud);
  await expectSettled(cloud);
};

test("the withdrawal", async () => {
  const places = await crashEverywhere({
    from: running,
    begin: hang,
    line: "apply acme-erp",
    expectEnd: async (cloud) => {
      expect(standing(cloud)).toEqual(await expectedWhileDegraded(cloud));
      await expectSettled(cloud);
    },
  });
  expect(places).toBeGreaterThan(12);
});

test("the withdrawal, and then the service is well", async () => {
  await crashEverywhere({
    from: running,
    begin: hang,
    line: "apply acme-erp",
    next: "apply acme-erp",
    recover: async (cloud) => cloud.fly.control.setHanging(gotrue, false),
    expectEnd: isWhole,
  });
});

test("the recovery", async () => {
  await crashEverywhere({ from: degraded, line: "apply acme-erp", expectEnd: isWhole });
});

test("the recovery, and then it hangs again: developers have nothing", async () => {
  await crashEverywhere({
    from: degraded,
    line: "apply acme-erp",
    recover: hang,
    expectEnd: async (cloud) => {
      expect(standing(cloud)).toEqual(await expectedWhileDegraded(cloud));
    },
  });
});

test("the recovery, and then a stop: nobody has anything", async () => {
  await crashEverywhere({
    from: degraded,
    line: "apply acme-erp",
    next: "stop acme-erp",
    expectEnd: async (cloud) => expect(standing(cloud)).toEqual(nothing),
  });
});

test("mending a machine that somebody stopped", async () => {
  await crashEverywhere({
    from: running,
    begin: (cloud) => stopByHand(cloud, gotrue),
    line: "apply acme-erp",
    expectEnd: isWhole,
  });
});
