/** A fetch that answers from a script and remembers what it was asked. */

import { createFlyClient, type FlyClientOptions } from "#clients/fly/client.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { Secret } from "#silo/secret.ts";
import type { Random } from "#world/effects.ts";
import type { FlyWrites } from "#world/fly.ts";

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: unknown;
  readonly at: number;
}

export type Answer = Response | Error | (() => Response | Error | Promise<Response>);
export type Handler = (asked: Asked, count: number) => Answer | Promise<Answer>;

export interface Scripted {
  readonly client: FlyWrites;
  readonly asked: Asked[];
  readonly clock: VirtualClock;
}

/** Half of the longest jitter, always. */
const steadyRandom: Random = {
  bytes: (length) => new Uint8Array(length).fill(0x80),
};

/** A client whose calls are answered by `handler`, on virtual time. */
export function scripted(handler: Handler, options: Partial<FlyClientOptions> = {}): Scripted {
  const clock = new VirtualClock(0);
  const asked: Asked[] = [];
  const client = createFlyClient({
    clock,
    random: steadyRandom,
    tokens: [new Secret("fm2_test-token")],
    baseUrl: "http://fly.test",
    fetch: async (input, init) => {
      const call: Asked = {
        method: init?.method ?? "GET",
        url: new URL(String(input)),
        headers: new Headers(init?.headers),
        body: typeof init?.body === "string" ? JSON.parse(init.body) : undefined,
        at: clock.now(),
      };
      asked.push(call);
      let answer = await handler(call, asked.length);
      if (typeof answer === "function") answer = await answer();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    ...options,
  });
  return { client, asked, clock };
}

/** Answers in turn; the last one stays. */
export function inTurn(...answers: readonly (() => Response | Error)[]): Handler {
  return (_asked, count) => answers[Math.min(count, answers.length) - 1]?.() ?? json(404, {});
}

export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

export function refusal(status: number, error: string, code?: string): Response {
  return json(status, { error, ...(code === undefined ? {} : { status: code }) });
}

/** What undici's fetch throws when a connection fails. */
export function connectionError(code: string): Error {
  return new TypeError("fetch failed", {
    cause: Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code }),
  });
}

export function aMachine(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "4d891d4c",
    name: "pg-yyz",
    state: "started",
    region: "yyz",
    version: "01J0000000000000000000000A",
    created_at: "2026-11-24T12:00:00Z",
    updated_at: "2026-11-24T12:00:00Z",
    config: {
      image: "supabase/postgres:15.1.1.78",
      guest: { cpus: 1 },
      metadata: { silo_id: "a" },
    },
    ...changes,
  };
}

export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}
