/**
 * Keeps calls within GitHub's secondary limits (docs.github.com, 2026: 900 points a minute, a read
 * 1 and a write 5; 80 creations of content a minute and 500 an hour; writes one at a time and a
 * second apart; 100 calls at once) and lets nobody call while GitHub asks for a pause. One for each
 * token.
 */

import type { Clock } from "#world/effects.ts";
import { Bucket } from "../bucket.ts";
import { Gate, type Outcome } from "../gate.ts";
import type { Weight } from "./request.ts";

export interface Pace {
  /** Milliseconds until GitHub takes calls again, if that is too long to wait for. */
  closedFor(): number | undefined;
  /** Resolves, when the call may be made, to the function that says how it ended. */
  turn(weight: Weight): Promise<(ended: Ended) => void>;
}

export interface Ended {
  readonly outcome: Outcome;
  /** GitHub refused the call for its rate: nobody calls before so many milliseconds are over. */
  readonly pauseMs?: number | undefined;
}

const calls = { everyMs: 110, burst: 80 } as const;
const usualWriteMs = 1_000;
/** Half of the hour at once, the rest spread over it: never more than 500 in any hour. */
const content = { everyMs: 14_400, burst: 250 } as const;
const notices = { everyMs: 3_000, burst: 1 } as const;

/** A pause that is longer (the hour's allowance is used up) is not waited for. */
const longestPauseMs = 60_000;

const turn = { priority: 0 } as const;

export function createPace(clock: Clock, writeEveryMs = usualWriteMs): Pace {
  const gates = {
    all: new Gate({ start: 10, least: 2, most: 10 }),
    writes: new Gate({ start: 1, least: 1, most: 1 }),
    notices: new Gate({ start: 1, least: 1, most: 1 }),
  };
  const every = new Bucket(clock, calls);
  const second = new Bucket(clock, { everyMs: writeEveryMs, burst: 1 });
  const hour = new Bucket(clock, content);
  const notice = new Bucket(clock, notices);

  let closedUntil = Number.NEGATIVE_INFINITY;

  return {
    closedFor() {
      const leftMs = closedUntil - clock.now();
      return leftMs > 0 ? leftMs : undefined;
    },
    async turn(weight) {
      // What is waited for long is waited for before the gate, so that it holds nobody up.
      const leaveNotices = weight === "notice" ? await gates.notices.enter(turn) : undefined;
      if (leaveNotices !== undefined) await notice.take(turn);
      if (weight === "content" || weight === "notice") await hour.take(turn);
      const leaveWrites = weight === "read" ? undefined : await gates.writes.enter(turn);
      if (leaveWrites !== undefined) await second.take(turn);
      await every.take(turn);
      const leaveAll = await gates.all.enter(turn);
      return ({ outcome, pauseMs }) => {
        if (pauseMs !== undefined && pauseMs <= longestPauseMs) every.drain(pauseMs);
        else if (pauseMs !== undefined) closedUntil = clock.now() + pauseMs;
        // The call may have come later than its turn.
        if (leaveNotices !== undefined) notice.drain(notices.everyMs);
        leaveAll(outcome);
        leaveWrites?.(outcome);
        leaveNotices?.(outcome);
      };
    },
  };
}
