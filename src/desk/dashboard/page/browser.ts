/** The effects of the page: the one file of it that reads the time, waits, fetches and remembers. */

export interface Browser {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** The token of this tab. It is gone with the tab, and no other page can read it. */
  readonly token: { get(): string | undefined; set(token: string | undefined): void };
  /** Draws once before the next frame, however often it is asked. */
  nextFrame(draw: () => void): void;
}

const tokenKey = "silo-desk-token";

export const browser: Browser = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
    }),
  fetch: (path, init) =>
    fetch(path, { ...init, credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" }),
  token: {
    get: () => sessionStorage.getItem(tokenKey) ?? undefined,
    set(token) {
      if (token === undefined) sessionStorage.removeItem(tokenKey);
      else sessionStorage.setItem(tokenKey, token);
    },
  },
  nextFrame: (draw) => void requestAnimationFrame(draw),
};
