/** A part of the sweep; `npm run sweep` is all of it. */

import { describe, expect, test } from "vitest";
import { type CommandName, calmEnd, judge } from "./sweep/judge.ts";
import { type StartName, start } from "./sweep/starts.ts";
import { sweep } from "./sweep/sweep.ts";

const cells: readonly (readonly [CommandName, StartName])[] = [
  ["apply", "absent"],
  ["apply", "half-created"],
  ["apply an edit", "running"],
  ["start", "stopped"],
  ["stop", "running"],
  ["restart", "half-stopped"],
  ["rotate", "running"],
  ["destroy", "half-destroyed"],
  ["drift --heal", "changed by hand"],
];

describe("struck at calls far apart, and then run again, it ends as if nothing had been", () => {
  test.each(cells)(
    "%s on %s",
    async (command, world) => {
      const { cases, wounds, exitCode } = await sweep(command, world, {
        every: 97,
        isOver: () => false,
      });
      expect(wounds).toEqual([]);
      expect(exitCode).toBe(0);
      // All modes.
      expect(cases.size).toBeGreaterThanOrEqual(8);
    },
    120_000,
  );
});

test("another end than the undisturbed one is told, with what was struck", async () => {
  const from = await start("running");
  const stopped = await calmEnd("stop", from);
  const { wound } = await judge(
    {
      command: "restart",
      from,
      strikes: [{ mode: "crash before", at: 20, counts: "every" }],
    },
    stopped,
  );
  expect(wound).toMatch(/^crash before: [A-Z]+ \/.*\n.*"started"/);
});
