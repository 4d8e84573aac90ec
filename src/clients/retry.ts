/** Retries with full jitter, an end, and a budget shared by all calls, so that they never pile up. */

import type { ApiError } from "#silo/errors.ts";
import type { Clock, Random } from "#world/effects.ts";

/**
 * - `never`: an answer that trying again does not change, or a write that may have happened
 * - `throttled`: refused or not possible yet, and nothing was done
 * - `unseen`: not found, though it was created a moment ago
 * - `timeout`, `transient`: passing trouble
 */
export type RetryClass = "never" | "throttled" | "unseen" | "timeout" | "transient";

export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ApiError; readonly retry: RetryClass };

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: RetryBudget;
  readonly maxAttempts: number;
  readonly signal?: AbortSignal | undefined;
}

const baseMs = { throttled: 1_000, unseen: 500, timeout: 100, transient: 100 } as const;
const longestDelayMs = 20_000;
/** A server that asks for more than this is answered by giving up, with the time in the error. */
const longestRetryAfterMs = 60_000;

/** Throws the `ApiError` of the last attempt. */
export async function withRetries<T>(
  options: RetryOptions,
  attempt: () => Promise<Attempt<T>>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    const outcome = await attempt();
    if (outcome.ok) {
      options.budget.earn();
      return outcome.value;
    }
    const { error, retry } = outcome;
    const delayMs = delayBefore(tried, error, retry, options.random);
    if (
      retry === "never" ||
      tried >= mostAttempts(options.maxAttempts, error) ||
      delayMs === undefined
    )
      throw error;
    if (!options.budget.spend(retry)) throw error;
    await options.clock.sleep(delayMs, options.signal);
  }
}

/** A 429 did nothing and only asks to wait: it may come more often before a run is given up for it. */
const mostAttempts = (usual: number, { facts }: ApiError): number =>
  facts.category === "throttled" && usual > 1 ? 2 * usual : usual;

function delayBefore(
  tried: number,
  error: ApiError,
  retry: RetryClass,
  random: Random,
): number | undefined {
  if (retry === "never") return undefined;
  const base = baseMs[retry];
  const jitterMs = fraction(random) * Math.min(longestDelayMs, base * 2 ** (tried - 1));
  const askedMs = error.facts.retryAfterMs;
  if (askedMs === undefined) return jitterMs;
  return askedMs > longestRetryAfterMs ? undefined : askedMs + Math.min(jitterMs, base);
}

/** Uniform in [0, 1). */
function fraction(random: Random): number {
  const bytes = random.bytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
}

const capacity = 500;
/** A refusal costs nothing: it did nothing, and the limiter already spaces out its repetition. */
const cost = { never: 0, throttled: 0, unseen: 0, transient: 5, timeout: 10 } as const;

/** As in the AWS SDKs' standard mode: when most calls fail, the rest is no longer repeated. */
export class RetryBudget {
  #left = capacity;

  spend(retry: RetryClass): boolean {
    if (this.#left < cost[retry]) return false;
    this.#left -= cost[retry];
    return true;
  }

  earn(): void {
    this.#left = Math.min(capacity, this.#left + 1);
  }
}
