/** A part of the seeds; `npm run simulate -- --seed 1 --runs 1000` tells as many as there is time for. */

import { expect, test } from "vitest";
import { judgeSeed } from "./simulate.ts";

const seeds = Array.from({ length: 24 }, (_, index) => index + 1);

test.each(seeds)("nothing is lost in the story of seed %i", async (seed) => {
  const { violations } = await judgeSeed(seed);
  expect(violations, `npm run simulate -- --seed ${seed} --runs 1`).toEqual([]);
});
