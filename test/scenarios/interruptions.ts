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

/** The run after it is another process. */
export function inFirstRun(wrap: Crashing["wrap"]): Crashing["wrap"] {
  let isFirst = true;
  return (fetch) => {
    const wrapped = isFirst ? wrap(fetch) : fetch;
    isFirst = false;
    return wrapped;
  };
}

export type BadAnswer = 408 | 500 | 502 | "reset";

/** One call takes effect, and what comes back says otherwise. */
export function misanswered(
  at: number,
  answer: BadAnswer,
  counts: NonNullable<Crash["counts"]> = isWrite,
) {
  let count = 0;
  let struck = "";
  return {
    count: () => count,
    /** The call that was answered so; empty when there was no such call. */
    struck: () => struck,
    wrap:
      (fetch: Fetch): Fetch =>
      async (input, init) => {
        const method = init?.method ?? "GET";
        const { pathname } = new URL(String(input));
        const isStruck = counts(method, pathname) && ++count === at;
        const response = await fetch(input, init);
        if (!isStruck) return response;
        struck = `${method} ${pathname}`;
        if (answer === "reset") {
          const cause = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
          throw new TypeError("fetch failed", { cause });
        }
        return Response.json({ error: "deadline_exceeded" }, { status: answer });
      },
  };
}
