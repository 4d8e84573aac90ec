/**
 * Uses that no metric shows, on their way into the silo records. Whoever reads a context waits for
 * none of it: one writer a silo says the latest use, once a minute at most, until it is said.
 */

import { newsMs, type UseMarks, writeUse } from "#commands/note-use.ts";
import { type ApiErrorCategory, isApiError } from "#silo/errors.ts";
import type { LastUse } from "#silo/holds.ts";
import type { Silo } from "#silo/silo.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { Clock } from "#world/effects.ts";

export interface Uses {
  note(silo: Silo, observed: ObservedSilo, use: LastUse): void;
  /** When all that was noted is written, or cannot be. */
  settled(): Promise<void>;
}

interface Notes {
  next: { readonly silo: Silo; readonly observed: ObservedSilo; readonly use: LastUse } | undefined;
  writing: Promise<void> | undefined;
  /** Of the last use that was said: one that is little later says the same. */
  saidAt: number;
}

const pauseMs = 10_000;
/** By then it is not the use that decides whether a silo is idle. */
const mostTries = 30;

/** A token that only reads is no trouble that passes, nor is a machine that is gone. */
const final: ReadonlySet<ApiErrorCategory> = new Set(["forbidden", "unauthorized", "not_found"]);

export function notedUses(marks: UseMarks, clock: Clock, signal: AbortSignal): Uses {
  const all = new Map<string, Notes>();
  const say = async (notes: Notes) => {
    for (let tried = 1; notes.next && tried <= mostTries; tried++) {
      const { silo, observed, use } = notes.next;
      const error = await writeUse(marks, silo, observed, use).catch((reason: unknown) => reason);
      if (error === undefined || (isApiError(error) && final.has(error.facts.category))) {
        notes.saidAt = use.at;
        if (isSaid(notes, notes.next.use)) notes.next = undefined;
      } else if (signal.aborted) return;
      else await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  };
  const write = async (notes: Notes) => {
    await say(notes);
    // Both at once: a note that comes now finds no writer that has ended already.
    notes.next = undefined;
    notes.writing = undefined;
  };
  return {
    note(silo, observed, use) {
      const notes = all.get(silo.slug) ?? {
        next: undefined,
        writing: undefined,
        saidAt: Number.NEGATIVE_INFINITY,
      };
      all.set(silo.slug, notes);
      if (isSaid(notes, use)) return;
      notes.next = { silo, observed, use };
      notes.writing ??= write(notes);
    },
    settled: async () => {
      await Promise.all([...all.values()].map(({ writing }) => writing));
    },
  };
}

const isSaid = ({ saidAt }: Notes, { at }: LastUse): boolean => at < saidAt + newsMs;
