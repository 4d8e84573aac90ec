/**
 * Keeps calls within an API's rate limits: one bucket per (action, key), where the key is the app
 * or machine that the call names, and one over all keys of the action where it is documented or
 * shown to exist by a refusal.
 */

import type { Clock } from "#world/effects.ts";
import { Bucket, type Rate, type TurnOptions } from "./bucket.ts";
import { SharedLimit } from "./shared-limit.ts";

export interface Limit {
  readonly perKey: Rate;
  /** A documented limit over all keys. */
  readonly overall?: Rate;
}

export interface Turn {
  /** The API answered 429 to the call that this turn was for. */
  refused(retryAfterMs?: number): void;
}

export interface Limiter {
  turn(call: { action: string; key: string } & TurnOptions): Promise<Turn>;
}

interface Action {
  readonly limit: Limit;
  readonly keys: Map<string, Bucket>;
  readonly overall: Bucket | undefined;
  readonly shared: SharedLimit;
}

export function createLimiter(options: {
  readonly clock: Clock;
  readonly limitOf: (action: string) => Limit;
}): Limiter {
  const { clock } = options;
  const actions = new Map<string, Action>();
  return {
    async turn(call) {
      const action = remembered(actions, call.action, () =>
        newAction(clock, options.limitOf(call.action)),
      );
      const own = remembered(action.keys, call.key, () => new Bucket(clock, action.limit.perKey));
      await own.take(call);
      // A call that had turns to spare and is refused all the same met a wider limit; one that
      // had none may only have arrived a little early.
      const spare = own.open;
      await action.overall?.take(call);
      await action.shared.take(call);
      return {
        refused(retryAfterMs = 0) {
          const pauseMs = Math.max(retryAfterMs, action.limit.perKey.everyMs);
          own.drain(pauseMs);
          action.overall?.drain(pauseMs);
          if (spare) action.shared.refused(pauseMs);
        },
      };
    },
  };
}

function newAction(clock: Clock, limit: Limit): Action {
  return {
    limit,
    keys: new Map(),
    overall: limit.overall && new Bucket(clock, limit.overall),
    shared: new SharedLimit(clock, limit.perKey),
  };
}

function remembered<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
