/**
 * Creating what no name protects. Look, create; after an ambiguous answer settle and look again,
 * never blindly repeat. Bounded. Looks may lie: lists have been empty for whole apps. So what may
 * have been made a second time is looked for until the list shows it, and taken back if it was.
 */

import { isApiError } from "#silo/errors.ts";
import type { Clock } from "#world/effects.ts";

/** Fly's lists lag a little behind its creates. */
const settleMs = 2_000;
const maxTries = 4;
/** For lists that are empty by mistake; a run after it goes on. */
const honestMs = 90_000;

export interface CreateOnce<T> {
  /** The strongest look there is; `undefined` when it is not there. */
  readonly look: () => Promise<T | undefined>;
  readonly create: () => Promise<T>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Its place was made by this very run, so that there is nothing to look for yet. */
  readonly isNewPlace: boolean;
  /** For what has no unique name. */
  readonly second?: Second<T>;
}

interface Second<T> {
  /** All there are of its kind. */
  readonly list: () => Promise<readonly T[]>;
  readonly isSame: (a: T, b: T) => boolean;
  readonly takeBack: (made: T) => Promise<void>;
  /** The list has not shown what was just made. */
  readonly unlisted: () => Error;
}

export async function createOnce<T>(how: CreateOnce<T>): Promise<T> {
  const { look, create, clock, signal } = how;
  if (!how.isNewPlace) {
    const found = (await look()) ?? (await lookAgain(how));
    if (found !== undefined) return found;
  }
  for (let tries = 1; ; tries++) {
    try {
      const made = await create();
      const isSurelyFirst = how.isNewPlace && tries === 1;
      return isSurelyFirst || !how.second ? made : await firstOf(how, made, how.second);
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

/** A list that shows the new one can be trusted with the others. */
async function firstOf<T>(
  { clock, signal }: CreateOnce<T>,
  made: T,
  { list, isSame, takeBack, unlisted }: Second<T>,
): Promise<T> {
  const deadline = clock.now() + honestMs;
  for (;;) {
    const all = await list();
    if (all.some((one) => isSame(one, made))) {
      const first = all.find((one) => !isSame(one, made));
      if (first === undefined) return made;
      await takeBack(made);
      return first;
    }
    if (clock.now() >= deadline) {
      if (all[0] !== undefined) return all[0];
      throw unlisted();
    }
    await clock.sleep(settleMs, signal);
  }
}

/** One empty answer is no proof: a run that died a moment ago may have created it. */
async function lookAgain<T>({ look, clock, signal }: CreateOnce<T>): Promise<T | undefined> {
  await clock.sleep(settleMs, signal);
  return look();
}
