/** `npm run simulate -- --seed N --runs K --minutes M`: stories by seed, until one fails. */

import { parseArgs } from "node:util";
import { judge, judgeSeed, shrink, storyText } from "./simulate.ts";
import { drawStory } from "./story.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "100" },
    minutes: { type: "string", default: "60" },
    // Ends at the first failure, without looking for the shortest story.
    first: { type: "boolean", default: false },
  },
});
const [first, runs, minutes] = [values.seed, values.runs, values.minutes].map(Number);
if (![first, runs, minutes].every((value) => Number.isFinite(value))) {
  console.error("--seed, --runs and --minutes are numbers");
  process.exit(2);
}

const startedAt = performance.now();
const seconds = () => (performance.now() - startedAt) / 1_000;
let calls = 0;
let told = 0;
const failed: number[] = [];
for (let seed = first ?? 1; told < (runs ?? 100) && seconds() < (minutes ?? 60) * 60; seed++) {
  const verdict = await judgeSeed(seed);
  told++;
  calls += verdict.calls;
  if (verdict.violations.length === 0) continue;
  failed.push(seed);
  if (values.first) {
    console.log(`seed ${seed}:\n${verdict.violations.join("\n")}`);
    break;
  }
  const story = await shrink(drawStory(seed));
  const { violations } = await judge(story);
  console.log(`seed ${seed}:\n${violations.map((text) => `  ${text}`).join("\n")}`);
  console.log(`in\n${storyText(story)}\nagain: npm run simulate -- --seed ${seed} --runs 1\n`);
}
console.log(
  `${told} stories, ${calls} calls, ${failed.length} failed${failed.length > 0 ? ` (${failed.join(", ")})` : ""}; ${(told / seconds()).toFixed(1)} stories a second`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
