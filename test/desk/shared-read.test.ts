/** Many ask, one reads: and nobody is given what was read before they asked, if they may not be. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { sharedRead } from "#desk/shared-read.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";

const spacingMs = 250;

test("a fresh read begins after it was asked for, and reads begin no closer than they may", async () => {
  const asks = fc.array(fc.record({ at: fc.nat(3_000), isFresh: fc.boolean() }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(asks, fc.integer({ min: 1, max: 600 }), async (all, readMs) => {
      const clock = new VirtualClock();
      const begun: number[] = [];
      const shared = sharedRead(clock, spacingMs, async () => {
        const at = clock.now();
        begun.push(at);
        await clock.sleep(readMs);
        return at;
      });
      const start = clock.now();
      await Promise.all(
        all.map(async ({ at, isFresh }) => {
          await clock.sleep(at);
          const asked = clock.now();
          const seen = await (isFresh ? shared.fresh() : shared.recent(1_000));
          expect(seen).toBeGreaterThanOrEqual(isFresh ? asked : asked - 1_000 - readMs);
          // Never longer than the read that goes on, the space after it, and its own.
          expect(clock.now() - asked).toBeLessThanOrEqual(2 * readMs + spacingMs);
        }),
      );
      for (const [at, one] of begun.entries()) {
        if (at > 0) expect(one - (begun[at - 1] ?? 0)).toBeGreaterThanOrEqual(spacingMs);
      }
      expect(begun.length).toBeLessThanOrEqual((clock.now() - start) / spacingMs + 2);
    }),
    { numRuns: 60 },
  );
});

test("a read that fails fails those who wait for it, and no one later", async () => {
  const clock = new VirtualClock();
  let isDown = true;
  const shared = sharedRead(clock, spacingMs, async () => {
    if (isDown) throw new Error("down");
    return "up";
  });
  const waiting = [shared.fresh(), shared.recent(1_000), shared.fresh()];
  expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(
    Array(3).fill("rejected"),
  );
  isDown = false;
  expect(await shared.recent(1_000)).toBe("up");
});
