import { expect, test } from "vitest";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { type LockOf, withLock } from "#engine/lock.ts";
import { ApiError, type ApiErrorCategory } from "#silo/errors.ts";
import type { FlyWrites } from "#world/fly.ts";

const apiError = (category: ApiErrorCategory, ambiguous = false) =>
  new ApiError(category, { provider: "fly", operation: "test the lock", category, ambiguous });

/** Fails, in order, as told; afterwards everything works. */
function aLease(failures: { readonly acquire?: ApiError[]; readonly refresh?: ApiError[] }) {
  const calls: string[] = [];
  const answer = (call: string, list: ApiError[] = []) => {
    calls.push(call);
    const error = list.shift();
    if (error) throw error;
    return { nonce: "n1", expires_at: 0, description: "ada on laptop" };
  };
  const fly = {
    acquireLease: async () => answer("acquire", failures.acquire),
    refreshLease: async () => answer("refresh", failures.refresh),
    getLease: async () => answer("get"),
    releaseLease: async () => void answer("release"),
  } as unknown as FlyWrites;
  return { fly, calls };
}

function aLock(fly: FlyWrites, clock: VirtualClock, notes: string[] = []): LockOf {
  return {
    fly,
    clock,
    silo: "acme-erp",
    app: "devenv-acme-erp-kong",
    machine: "m1",
    holder: "grace on server",
    waitMs: 60_000,
    signal: new AbortController().signal,
    onWait: (message) => notes.push(message),
  };
}

test("the lock is held while the work lasts, refreshed, and given back", async () => {
  const [clock, lease] = [new VirtualClock(), aLease({})];
  const result = await withLock(aLock(lease.fly, clock), async (nonce) => {
    await clock.sleep(25_000);
    return nonce;
  });
  expect(result).toBe("n1");
  expect(lease.calls).toEqual(["acquire", "refresh", "refresh", "release"]);
});

test("work that fails gives it back, too", async () => {
  const [clock, lease] = [new VirtualClock(), aLease({})];
  const work = () => Promise.reject(new Error("no"));
  await expect(withLock(aLock(lease.fly, clock), work)).rejects.toThrow("no");
  expect(lease.calls).toEqual(["acquire", "release"]);
});

test("who has to wait is told for whom, once", async () => {
  const clock = new VirtualClock();
  const lease = aLease({ acquire: [apiError("lease_held"), apiError("lease_held")] });
  const notes: string[] = [];
  await withLock(aLock(lease.fly, clock, notes), async () => undefined);
  expect(notes).toEqual(["acme-erp is being changed by ada on laptop; waiting"]);
});

test("waiting ends, with the holder in the error", async () => {
  const clock = new VirtualClock();
  const acquire = Array.from({ length: 100 }, () => apiError("lease_held"));
  const work = withLock(aLock(aLease({ acquire }).fly, clock), async () => undefined);
  await expect(work).rejects.toMatchObject({
    message: "acme-erp is being changed by ada on laptop",
    exitCode: 4,
  });
});

test("after an answer that may mean a lease it waits that one out", async () => {
  const clock = new VirtualClock();
  const lease = aLease({ acquire: [apiError("timeout", true)] });
  await withLock(aLock(lease.fly, clock), async () => undefined);
  expect(lease.calls.filter((call) => call === "acquire")).toHaveLength(2);
});

test("any other refusal of the lease ends the run", async () => {
  const lease = aLease({ acquire: [apiError("unauthorized")] });
  const work = withLock(aLock(lease.fly, new VirtualClock()), async () => undefined);
  await expect(work).rejects.toMatchObject({ facts: { category: "unauthorized" } });
});

test.each([
  ["stolen: at once", [apiError("lease_held")], 10_000],
  ["unreachable: before it can have ended", Array(9).fill(apiError("transient")), 25_000],
])("a lease that is lost stops the work, %s", async (_name, refresh, afterMs) => {
  const clock = new VirtualClock();
  const startedAt = clock.now();
  const lease = aLease({ refresh: [...refresh] });
  await withLock(aLock(lease.fly, clock), async (_nonce, signal) => {
    await expect(clock.sleep(600_000, signal)).rejects.toThrow(
      "lease on its kong machine was lost",
    );
  });
  expect(clock.now() - startedAt).toBe(afterMs);
  // It is asked for thirty seconds.
  expect(afterMs).toBeLessThan(30_000);
});

test("a refresh that hangs is given up for the next one", async () => {
  const clock = new VirtualClock();
  const { fly, calls } = aLease({});
  let count = 0;
  const hanging = {
    ...fly,
    refreshLease: (...args: Parameters<FlyWrites["refreshLease"]>) =>
      ++count === 1 ? new Promise<never>(() => undefined) : fly.refreshLease(...args),
  };
  await withLock(aLock(hanging, clock), async (_nonce, signal) => clock.sleep(60_000, signal));
  expect(count).toBeGreaterThan(4);
  expect(calls.at(-1)).toBe("release");
});

test("one refresh that fails is no loss", async () => {
  const clock = new VirtualClock();
  const lease = aLease({ refresh: [apiError("transient")] });
  await withLock(aLock(lease.fly, clock), async (_nonce, signal) => clock.sleep(60_000, signal));
  expect(lease.calls.at(-1)).toBe("release");
});
