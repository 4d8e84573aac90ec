/** Runs that die: after a call everything they still try hangs, as if their process were gone. */

import type { Fetch } from "#world/effects.ts";

export interface Crash {
  /** From 1, over the calls that count. */
  readonly at: number;
  /** Whether the call still takes effect; nobody hears its answer. */
  readonly when: "before" | "after";
  readonly counts?: (method: string, path: string) => boolean;
}

export interface Crashing {
  readonly wrap: (fetch: Fetch) => Fetch;
  /** Resolves when the run is dead. */
  readonly died: Promise<string>;
  /** Calls that counted so far. */
  readonly count: () => number;
}

export const isWrite = (method: string): boolean => method !== "GET";

export function crashing({ at, when, counts = () => true }: Crash): Crashing {
  let count = 0;
  let isDead = false;
  const { promise: died, resolve } = Promise.withResolvers<string>();
  const forever = new Promise<never>(() => undefined);
  return {
    died,
    count: () => count,
    wrap: (fetch) => async (input, init) => {
      if (isDead) return forever;
      const method = init?.method ?? "GET";
      const { pathname } = new URL(String(input));
      if (!counts(method, pathname) || ++count !== at) return fetch(input, init);
      isDead = true;
      if (when === "after") await fetch(input, init);
      resolve(`${method} ${pathname}`);
      return forever;
    },
  };
}
