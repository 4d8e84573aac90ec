/** The oracles bite: each fault that is built into the engine is seen by them. */

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { plants } from "./plants.ts";

test.each(plants)("it is seen that $what", { timeout: 120_000 }, ({ what, seed }) => {
  const words = ["--import", "./test/simulation/plant.ts", "test/simulation/index.ts"];
  const options = ["--seed", String(seed), "--runs", "30", "--first"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...words, ...options], {
    encoding: "utf8",
    env: { ...process.env, SILO_PLANT: what },
  });
  expect(stderr).toBe("");
  expect(stdout).not.toContain("has changed");
  expect(stdout, "no oracle sees it").toContain(", 1 failed");
  expect(status).toBe(1);
});
