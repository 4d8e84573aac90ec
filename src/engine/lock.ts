/**
 * The lock of a silo: the Fly lease on its kong machine. One writer per silo over runners, laptops
 * and the desk; it comes free by itself when its holder dies. While it is held it is refreshed, and
 * when it is lost everything under it is told to stop.
 */

import { ApiError, isApiError, Refused } from "#silo/errors.ts";
import type { Clock } from "#world/effects.ts";
import type { FlyWrites } from "#world/fly.ts";

export const leaseTtlSeconds = 30;
const refreshEveryMs = 10_000;
/** After a refresh that failed; and how long one may take. */
const retryEveryMs = 3_000;
const patienceMs = 5_000;
const waitPollMs = 2_000;

export interface LockOf {
  readonly fly: FlyWrites;
  readonly clock: Clock;
  readonly silo: string;
  readonly app: string;
  readonly machine: string;
  /** Who holds it and since when; shown to whoever has to wait. */
  readonly holder: string;
  /** How long to wait for another holder. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly onWait?: (message: string) => void;
}

export async function withLock<T>(
  lock: LockOf,
  work: (nonce: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { fly, app, machine } = lock;
  const nonce = await acquire(lock);
  const lost = new AbortController();
  const done = new AbortController();
  const refreshing = keepRefreshed(lock, nonce, done.signal, lost);
  try {
    return await work(nonce, AbortSignal.any([lock.signal, lost.signal]));
  } finally {
    done.abort();
    await refreshing;
    // Also after an interrupt; if it fails the lease ends by itself.
    await fly.releaseLease(app, machine, nonce).catch(() => undefined);
  }
}

const checkedForMs = 1_000;

export interface HeldLock {
  readonly app: string;
  readonly machine: string;
  readonly nonce: string;
}

/**
 * Asked before each write that no lease guards: metadata and what is removed. Throws when the lease is
 * somebody else's by now, or has ended. Checks that come close together are one call.
 */
export function lockCheck(
  { fly, clock, silo }: Pick<LockOf, "fly" | "clock" | "silo">,
  { app, machine, nonce }: HeldLock,
): () => Promise<void> {
  let last: { readonly at: number; readonly isHeld: Promise<boolean> } | undefined;
  return async () => {
    const now = clock.now();
    if (!last || now - last.at > checkedForMs) {
      const isHeld = fly.getLease(app, machine).then((lease) => lease?.nonce === nonce);
      last = { at: now, isHeld };
    }
    if (!(await last.isHeld)) throw lostLease(silo);
  };
}

const lostLease = (silo: string) =>
  new ApiError("the lease on its kong machine was lost", {
    provider: "fly",
    operation: `keep the lock of ${silo}`,
    category: "lease_held",
    ambiguous: false,
  });

async function acquire(lock: LockOf): Promise<string> {
  const { fly, clock, app, machine, signal } = lock;
  const deadline = clock.now() + lock.waitMs;
  for (let hasTold = false; ; ) {
    try {
      const lease = await fly.acquireLease(app, machine, {
        ttlSeconds: leaseTtlSeconds,
        description: lock.holder,
      });
      return lease.nonce;
    } catch (error) {
      // After an ambiguous answer a lease nobody knows the nonce of may run: it ends by itself.
      const isHeld =
        isApiError(error, "lease_held") || (isApiError(error) && error.facts.ambiguous);
      if (!isHeld) throw error;
      const who = (await fly.getLease(app, machine).catch(() => undefined))?.description;
      if (clock.now() >= deadline) throw heldBy(lock.silo, who);
      if (!hasTold)
        lock.onWait?.(`${lock.silo} is being changed by ${who ?? "another run"}; waiting`);
      hasTold = true;
      await clock.sleep(waitPollMs, signal);
    }
  }
}

async function keepRefreshed(
  { fly, clock, app, machine, holder, silo }: LockOf,
  nonce: string,
  done: AbortSignal,
  lost: AbortController,
): Promise<void> {
  let goodUntil = clock.now() + leaseTtlSeconds * 1_000;
  for (let pauseMs = refreshEveryMs; ; ) {
    try {
      await clock.sleep(pauseMs, done);
    } catch {
      return;
    }
    const askedAt = clock.now();
    try {
      const how = { ttlSeconds: leaseTtlSeconds, nonce, description: holder };
      await inTime(clock, fly.refreshLease(app, machine, how));
      goodUntil = askedAt + leaseTtlSeconds * 1_000;
      pauseMs = refreshEveryMs;
    } catch (error) {
      if (done.aborted || isApiError(error, "not_found")) return;
      pauseMs = retryEveryMs;
      const isStolen = isApiError(error, "lease_held");
      if (!isStolen && clock.now() + patienceMs < goodUntil) continue;
      lost.abort(lostLease(silo));
      return;
    }
  }
}

/** A refresh that hangs must not take the time of the next one. */
async function inTime<T>(clock: Clock, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = clock.sleep(patienceMs, timer.signal).then(() => {
    throw new Error(`No answer within ${patienceMs / 1_000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

function heldBy(silo: string, who: string | undefined): Refused {
  return new Refused(`${silo} is being changed by ${who ?? "another run"}`, {
    exitCode: 4,
    fix: "run the same command again when that one has ended",
  });
}
