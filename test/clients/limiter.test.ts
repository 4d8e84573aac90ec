/** Limits in virtual time: never more than documented, in order, and found out where undocumented. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bucket } from "#clients/bucket.ts";
import { createLimiter } from "#clients/limiter.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";

const perSecond = { everyMs: 1_000, burst: 3 };

/** The most turns that any window of the given length holds. */
function mostWithin(times: readonly number[], windowMs: number): number {
  return Math.max(
    0,
    ...times.map((from) => times.filter((at) => at >= from && at <= from + windowMs).length),
  );
}

describe("a bucket", () => {
  it("never lets through more than burst + rate × t in any window", async () => {
    const rate = fc.record({
      everyMs: fc.integer({ min: 1, max: 2_000 }),
      burst: fc.integer({ min: 1, max: 10 }),
    });
    const arrivals = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 40 });
    const drains = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(rate, arrivals, drains, async (rate, arrivals, drains) => {
        const clock = new VirtualClock(0);
        const bucket = new Bucket(clock, rate);
        const times: number[] = [];
        await Promise.all([
          ...arrivals.map(async (at) => {
            await clock.sleep(at);
            await bucket.take({ priority: 0 });
            times.push(clock.now());
          }),
          ...drains.map(async (at) => {
            await clock.sleep(at);
            bucket.drain(500);
          }),
        ]);
        expect(times).toHaveLength(arrivals.length);
        for (const windowMs of [0, 500, 1_000, 7_000, 40_000]) {
          const most = rate.burst + Math.floor(windowMs / rate.everyMs);
          expect(mostWithin(times, windowMs)).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is no slower than it must be", async () => {
    const clock = new VirtualClock(0);
    const bucket = new Bucket(clock, perSecond);
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        await bucket.take({ priority: 0 });
        times.push(clock.now());
      }),
    );
    expect(times).toEqual([0, 0, 0, 1_000, 2_000, 3_000]);
  });

  it("serves the higher priority first, and equals as they came", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 }),
        async (wishes) => {
          const bucket = new Bucket(new VirtualClock(0), { everyMs: 10, burst: 1 });
          await bucket.take({ priority: 0 });
          const served: (readonly [priority: number, order: number])[] = [];
          await Promise.all(
            wishes.map(async (priority, order) => {
              await bucket.take({ priority });
              served.push([priority, order]);
            }),
          );
          const expected = wishes
            .map((priority, order) => [priority, order] as const)
            .sort(([p1, o1], [p2, o2]) => p2 - p1 || o1 - o2);
          expect(served).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("forgets who gave up waiting, without spending a turn on them", async () => {
    const clock = new VirtualClock(0);
    const bucket = new Bucket(clock, { everyMs: 1_000, burst: 1 });
    await bucket.take({ priority: 0 });
    const leaver = new AbortController();
    const left = bucket.take({ priority: 9, signal: leaver.signal }).catch((error) => error);
    const stayed = bucket.take({ priority: 0 });
    leaver.abort(new Error("gone"));
    expect(String(await left)).toContain("gone");
    await stayed;
    expect(clock.now()).toBe(1_000);
  });
});

describe("the limiter", () => {
  const limitOf = () => ({ perKey: perSecond });
  const create = (key: string) => ({ action: "machine.create", key, priority: 0 });

  it("keeps keys and actions apart", async () => {
    const clock = new VirtualClock(0);
    const limiter = createLimiter({ clock, limitOf });
    await Promise.all(
      ["a", "b", "c"].flatMap((key) =>
        ["machine.create", "volume.create"].flatMap((action) =>
          Array.from({ length: 3 }, () => limiter.turn({ action, key, priority: 0 })),
        ),
      ),
    );
    expect(clock.now()).toBe(0);
  });

  it("keeps a documented limit over all keys", async () => {
    const clock = new VirtualClock(0);
    const limiter = createLimiter({
      clock,
      limitOf: () => ({ perKey: perSecond, overall: { everyMs: 670, burst: 10 } }),
    });
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 250 }, async (_, index) => {
        await limiter.turn({ action: "app.delete", key: `a${index}`, priority: 0 });
        times.push(clock.now());
      }),
    );
    expect(mostWithin(times, 60_000)).toBeLessThanOrEqual(100);
  });

  it("blames its own pace, not a shared limit, for a refusal of the last turn of a burst", async () => {
    const clock = new VirtualClock(0);
    const limiter = createLimiter({ clock, limitOf });
    await limiter.turn(create("a"));
    await limiter.turn(create("a"));
    (await limiter.turn(create("a"))).refused();
    await Promise.all(["b", "c", "d", "e", "f"].map((key) => limiter.turn(create(key))));
    expect(clock.now()).toBe(0);
    await limiter.turn(create("a"));
    expect(clock.now()).toBe(1_000);
  });

  /** Calls of 600 apps against an API whose limit is over all of them; refusals are repeated. */
  async function run(server: Bucket, clock: VirtualClock, calls: number) {
    const limiter = createLimiter({ clock, limitOf });
    let refused = 0;
    await Promise.all(
      Array.from({ length: calls }, async (_, index) => {
        // As the client does: so many calls under way at first.
        if (index >= 64) await clock.sleep(100);
        for (;;) {
          const turn = await limiter.turn(create(`app-${index}`));
          if (server.open) return server.take({ priority: 0 });
          refused++;
          turn.refused();
        }
      }),
    );
    return { refused, seconds: clock.now() / 1_000 };
  }

  it("finds an undocumented limit over all keys with few refusals and little lost time", async () => {
    const clock = new VirtualClock(0);
    const result = await run(new Bucket(clock, perSecond), clock, 1_200);
    expect(result.refused).toBeLessThan(120);
    expect(result.seconds).toBeLessThan(1_200 * 1.1);
  });

  it("soon forgets a storm", async () => {
    const clock = new VirtualClock(0);
    const limiter = createLimiter({ clock, limitOf });
    let sent = 0;
    await Promise.all(
      Array.from({ length: 600 }, async (_, index) => {
        if (index >= 64) await clock.sleep(100);
        for (;;) {
          const turn = await limiter.turn(create(`app-${index}`));
          sent++;
          if (clock.now() > 60_000) return;
          turn.refused();
        }
      }),
    );
    expect(clock.now()).toBeLessThan(90_000);
    expect(sent).toBeLessThan(600 * 1.3);
  });
});
