/**
 * What goes wrong in a case of the sweep: one strike, or two in turn, each at a call that is counted.
 * Processes die, and the next run goes on counting.
 */

import type { Clock, Fetch } from "#world/effects.ts";
import { answered, emptied } from "../trouble.ts";

export interface Call {
  readonly method: string;
  readonly path: string;
}

export const modes = {
  "crash before": { counts: "every" },
  "crash after": { counts: "write" },
  "408 with effect": { counts: "write" },
  "502 with effect": { counts: "write" },
  "reset with effect": { counts: "write" },
  "reset without": { counts: "every" },
  "empty lists": { counts: "list" },
  "408, then empty lists": { counts: "write" },
} as const;

export type Mode = keyof typeof modes;
export type Counted = "every" | "write" | "list" | "nameless create";

export interface Strike {
  readonly mode: Mode;
  /** From 1, over the calls that count since the strike before. */
  readonly at: number;
  readonly counts: Counted;
}

/** A list stays empty for so long: longer than any retry of one call. */
const emptyMs = 45_000;

interface Process {
  isDead: boolean;
  emptyUntilMs: number;
  readonly die: () => void;
}

export class Struck {
  /** The calls that were struck so far. */
  readonly places: string[] = [];
  readonly #strikes: readonly Strike[];
  readonly #now: () => number;
  #count = 0;
  #process: Process | undefined;

  constructor(strikes: readonly Strike[], now: Clock["now"]) {
    this.#strikes = strikes;
    this.#now = now;
  }

  /** A new process; resolves when it is dead. */
  begin(): Promise<"died"> {
    const { promise, resolve } = Promise.withResolvers<"died">();
    this.#process = { isDead: false, emptyUntilMs: 0, die: () => resolve("died") };
    return promise;
  }

  /** Whoever runs from now on is not struck. */
  end(): void {
    this.#process = undefined;
  }

  wrap(fetch: Fetch): Fetch {
    const process = this.#process;
    if (!process) return fetch;
    return async (input, init) => {
      if (process.isDead) return forever();
      const call = { method: init?.method ?? "GET", path: new URL(String(input)).pathname };
      const mode = this.#modeOf(call);
      if (mode) return this.#strike(mode, process, () => fetch(input, init));
      const response = await fetch(input, init);
      const isEmpty = this.#now() < process.emptyUntilMs && isCounted("list", call);
      return isEmpty && response.status === 200 ? emptied(response) : response;
    };
  }

  #modeOf(call: Call): Mode | undefined {
    const strike = this.#strikes[this.places.length];
    if (!strike || !isCounted(strike.counts, call) || ++this.#count !== strike.at) return undefined;
    this.#count = 0;
    this.places.push(`${strike.mode}: ${call.method} ${call.path}`);
    return strike.mode;
  }

  async #strike(mode: Mode, process: Process, send: () => Promise<Response>): Promise<Response> {
    switch (mode) {
      case "crash before":
      case "crash after":
        process.isDead = true;
        if (mode === "crash after") await send().catch(() => undefined);
        process.die();
        return forever();
      case "reset without":
        return answered("reset");
      case "empty lists":
        process.emptyUntilMs = this.#now() + emptyMs;
        return emptied(await send());
      default:
        await send();
        if (mode.endsWith("empty lists")) process.emptyUntilMs = this.#now() + emptyMs;
        return answered(mode.startsWith("408") ? 408 : mode.startsWith("502") ? 502 : "reset");
    }
  }
}

/** One a call: whoever waits for it can be forgotten. */
const forever = () => new Promise<never>(() => undefined);

const lists = /\/(apps|machines|volumes|ip_assignments|secrets|variables|environments)$/;
const nameless = /^\/v1\/apps\/[^/]+\/(ip_assignments|volumes)$/;

function isCounted(counted: Counted, { method, path }: Call): boolean {
  switch (counted) {
    case "every":
      return true;
    case "write":
      return method !== "GET";
    case "list":
      return method === "GET" && lists.test(path);
    case "nameless create":
      return method === "POST" && nameless.test(path);
  }
}
