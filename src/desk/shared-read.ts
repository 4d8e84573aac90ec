/** One read for all who ask: many clients cost no more than one. */

import type { Clock } from "#world/effects.ts";

/** How old a thing may be. */
export interface Age {
  /** Older than this it is read anew, and serves those who ask meanwhile. */
  readonly freshMs: number;
  /** Older than this it serves nobody. */
  readonly usableMs: number;
}

export interface SharedRead<T> {
  /** What was read within `usableMs`, or is being read now: while many ask, nobody waits for a read. */
  recent(age: Age): Promise<T>;
  /** A read that begins after the call: what happened before it is seen. */
  fresh(): Promise<T>;
}

/** Reads begin at least `spacingMs` apart, however many ask. */
export function sharedRead<T>(
  clock: Clock,
  spacingMs: number,
  read: () => Promise<T>,
): SharedRead<T> {
  let last: { readonly at: number; readonly value: T } | undefined;
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  let begunAt = Number.NEGATIVE_INFINITY;

  const turn = async (): Promise<T> => {
    await running?.catch(() => undefined);
    const wait = begunAt + spacingMs - clock.now();
    if (wait > 0) await clock.sleep(wait);
    // Whoever asks from here on may have seen something that this read will not.
    const mine = next;
    [running, next] = [mine, undefined];
    const at = clock.now();
    begunAt = at;
    try {
      const value = await read();
      last = { at, value };
      return value;
    } finally {
      if (running === mine) running = undefined;
    }
  };
  const fresh = () => {
    next ??= turn();
    return next;
  };
  return {
    fresh,
    recent({ freshMs, usableMs }) {
      const age = clock.now() - (last?.at ?? Number.NEGATIVE_INFINITY);
      if (!last || age >= usableMs) return running ?? fresh();
      // One that fails is told to who asks once this one is too old.
      if (age >= freshMs && !running) void fresh().catch(() => undefined);
      return Promise.resolve(last.value);
    },
  };
}
