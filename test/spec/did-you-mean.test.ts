import { expect, it } from "vitest";
import { didYouMean } from "#spec/did-you-mean.ts";

it.each([
  ["auto_stop_minuts", "auto_stop_minutes"],
  ["autoStopMinutes", "auto_stop_minutes"],
  ["fly-org", "fly_org"],
  ["fyl_org", "fly_org"],
  ["FLY_ORG", "fly_org"],
  ["owner", undefined],
  ["x", undefined],
  ["x".repeat(1000), undefined],
])("%s", (word, wanted) => {
  expect(didYouMean(word, ["fly_org", "fly_region", "auto_stop_minutes", "seed"])).toBe(wanted);
});
