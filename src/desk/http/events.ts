/** The overview as a stream: sent at once, and again when anything in it is news. Never a secret. */

import type { Caller } from "../caller.ts";
import { jsonOf, newsDigest, overviewFor } from "../card.ts";
import type { Desk } from "../desk.ts";

const lookEveryMs = 2_000;
const heartbeatMs = 15_000;
/** What is measured changes all the time, and is news once in a while. */
const longestSilenceMs = 60_000;

/** `isStill` says whether the token of the caller is still good. */
export function overviewStream(
  desk: Desk,
  caller: Caller,
  isStill: () => Promise<boolean>,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, desk.signal]);
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      const send = (text: string) => {
        if (!gone.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      void follow(desk, caller, { isStill, send, signal }).then((reason) => {
        send(eventText("end", JSON.stringify({ reason })));
        if (!gone.signal.aborted) controller.close();
      });
    },
    cancel: () => gone.abort(new Error("the client has gone")),
  });
}

interface Following {
  readonly isStill: () => Promise<boolean>;
  readonly send: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves with why it ended. */
async function follow(
  desk: Desk,
  caller: Caller,
  { isStill, send, signal }: Following,
): Promise<string> {
  const { clock, observatory } = desk;
  let [sent, sentAt, saidAt] = ["", 0, clock.now()];
  for (;;) {
    if (signal.aborted) return "the desk is shut down";
    if (clock.now() >= caller.expiresAt || !(await isStill().catch(() => true))) {
      return "the token is no longer valid";
    }
    const overview = await observatory.fleet().then(
      (sight) => overviewFor(caller, sight),
      // What cannot be looked at now will be later.
      () => undefined,
    );
    const news = overview && newsDigest(overview);
    if (
      overview &&
      news !== undefined &&
      (news !== sent || clock.now() - sentAt >= longestSilenceMs)
    ) {
      send(eventText("silos", jsonOf(overview)));
      [sent, sentAt, saidAt] = [news, clock.now(), clock.now()];
    } else if (clock.now() - saidAt >= heartbeatMs) {
      send(": heartbeat\n\n");
      saidAt = clock.now();
    }
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}

const eventText = (event: string, json: string): string => `event: ${event}\ndata: ${json}\n\n`;
