/** One read for all who ask: many clients cost no more than one. */

import type { Clock } from "#world/effects.ts";

export interface SharedRead<T> {
  /** What was read less than `goodForMs` ago, or is being read now. */
  recent(goodForMs: number): Promise<T>;
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
    recent(goodForMs) {
      if (last && clock.now() - last.at < goodForMs) return Promise.resolve(last.value);
      return running ?? fresh();
    },
  };
}
