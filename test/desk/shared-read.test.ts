/** Many ask, one reads: and nobody is given what was read before they asked, if they may not be. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { sharedRead } from "#desk/shared-read.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";

const spacingMs = 250;
const age = { freshMs: 500, usableMs: 1_000 };

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
          const seen = await (isFresh ? shared.fresh() : shared.recent(age));
          expect(seen).toBeGreaterThanOrEqual(isFresh ? asked : asked - age.usableMs - readMs);
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
  const waiting = [shared.fresh(), shared.recent(age), shared.fresh()];
  expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(
    Array(3).fill("rejected"),
  );
  isDown = false;
  expect(await shared.recent(age)).toBe("up");
});

test("while many ask nobody waits for a read but the first, and nobody gets what is too old", async () => {
  const clock = new VirtualClock();
  let reads = 0;
  const shared = sharedRead(clock, spacingMs, async () => {
    reads++;
    const at = clock.now();
    await clock.sleep(300);
    return at;
  });
  await shared.recent(age);
  const begun = clock.now();
  for (let asked = 0; asked < 100; asked++) {
    await clock.sleep(50);
    const now = clock.now();
    expect(now - (await shared.recent(age))).toBeLessThan(age.usableMs);
    expect(clock.now(), "it waited").toBe(now);
  }
  expect(reads).toBeLessThanOrEqual(1 + (clock.now() - begun) / age.freshMs);
  // Nobody has asked for long.
  await clock.sleep(60_000);
  expect(await shared.recent(age)).toBeGreaterThanOrEqual(begun + 60_000);
});
