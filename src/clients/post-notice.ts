/** Sends a notice to a webhook. Its address is the secret: no error says it, and no redirect is followed. */

import type { Secret } from "#silo/secret.ts";
import type { Clock, Fetch } from "#world/effects.ts";

export type PostNotice = (address: Secret, body: string) => Promise<void>;

const timeoutMs = 10_000;

/** Throws an `Error` in words of its own. */
export function createPostNotice({
  fetch,
  clock,
}: {
  readonly fetch: () => Promise<Fetch>;
  readonly clock: Clock;
}): PostNotice {
  return async (address, body) => {
    const url = address.reveal().trim();
    if (!URL.canParse(url) || new URL(url).protocol !== "https:") {
      throw new Error("what the secret holds is no https address");
    }
    const over = new AbortController();
    const late = clock.sleep(timeoutMs, over.signal).then(
      () => "late" as const,
      () => "ended" as const,
    );
    const send = await fetch();
    const sent = send(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "manual",
      signal: over.signal,
    }).then(
      ({ status }) => status,
      () => "no answer" as const,
    );
    const answer = await Promise.race([sent, late]);
    over.abort();
    if (answer === "late" || answer === "ended") throw new Error("it did not answer in time");
    if (answer === "no answer") throw new Error("it cannot be reached");
    if (answer < 200 || answer > 299) throw new Error(`it answered ${answer}`);
  };
}
