import { expect, test } from "vitest";
import { specText } from "../support/spec-text.ts";
import { type CrashCase, crashEverywhere } from "./crash-everywhere.ts";
import { expectSettled, expectWhole } from "./stacks.ts";

const create: CrashCase = {
  from: { files: { "silos/acme-erp.yml": specText() } },
  line: "apply acme-erp",
  expectEnd: async (cloud) => {
    await expectWhole(cloud);
    await expectSettled(cloud);
  },
};

test("a creation that is killed anywhere is completed by the next run", {
  timeout: 120_000,
}, async () => {
  expect(await crashEverywhere(create)).toBeGreaterThan(70);
});

test("and so it is when lists lag and calls overlap", async () => {
  await crashEverywhere({ ...create, options: { latency: "fly" }, every: 3 });
});
