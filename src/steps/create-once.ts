/**
 * Creating what no name protects. Look, create; after an ambiguous answer settle and look again,
 * never blindly repeat. Bounded.
 */

import { isApiError } from "#silo/errors.ts";
import type { Clock } from "#world/effects.ts";

/** Fly's lists lag a little behind its creates. */
const settleMs = 2_000;
const maxTries = 4;

export interface CreateOnce<T> {
  /** The strongest look there is; `undefined` when it is not there. */
  readonly look: () => Promise<T | undefined>;
  readonly create: () => Promise<T>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Its place was made by this very run, so that there is nothing to look for yet. */
  readonly isNewPlace: boolean;
}

export async function createOnce<T>(how: CreateOnce<T>): Promise<T> {
  const { look, create, clock, signal } = how;
  if (!how.isNewPlace) {
    const found = (await look()) ?? (await lookAgain(how));
    if (found !== undefined) return found;
  }
  for (let tries = 1; ; tries++) {
    try {
      return await create();
    } catch (error) {
      const mayExist =
        isApiError(error) &&
        (error.facts.ambiguous ||
          isApiError(error, "already_exists") ||
          isApiError(error, "name_taken"));
      if (!mayExist || tries === maxTries) throw error;
      await clock.sleep(settleMs, signal);
      const found = (await look()) ?? (await lookAgain(how));
      if (found !== undefined) return found;
    }
  }
}

/** One empty answer is no proof: a run that died a moment ago may have created it. */
async function lookAgain<T>({ look, clock, signal }: CreateOnce<T>): Promise<T | undefined> {
  await clock.sleep(settleMs, signal);
  return look();
}
