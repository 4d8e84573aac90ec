/**
 * What was created a moment ago may not be found yet: a 404 (for an app also a 401) about it proves
 * nothing, and is asked again. flyctl does so for up to a minute.
 */

import type { Clock } from "#world/effects.ts";

const youthMs = 60_000;

export interface Young {
  /** An app's name or a machine's id. */
  note(id: string): void;
  /** It was deleted: a 404 about it is true. */
  forget(id: string): void;
  has(id: string): boolean;
}

export function createYoung(clock: Clock): Young {
  const createdAt = new Map<string, number>();
  return {
    note: (id) => void createdAt.set(id, clock.now()),
    forget: (id) => void createdAt.delete(id),
    has(id) {
      const at = createdAt.get(id);
      if (at === undefined) return false;
      if (clock.now() - at <= youthMs) return true;
      createdAt.delete(id);
      return false;
    },
  };
}
