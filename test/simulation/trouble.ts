/**
 * What may go wrong while one command runs, as a wrap of its connections: its process dies, one call
 * is answered otherwise than it went, or the weather is bad for all of them.
 */

import type { Clock, Fetch } from "#world/effects.ts";
import { Dice } from "./dice.ts";

export type Trouble =
  | { readonly kind: "none" }
  /** The process is gone at that call, from 1 over all calls of the run. */
  | { readonly kind: "crash"; readonly at: number; readonly when: "before" | "after" }
  /** Takes effect, and the answer says otherwise, or takes none and does not say so. */
  | {
      readonly kind: "answer";
      readonly at: number;
      readonly answer: Answer;
      readonly hasEffect: boolean;
    }
  /** The same, of the creates that no name protects: volumes and addresses. */
  | { readonly kind: "create"; readonly at: number; readonly answer: Answer }
  /** Each call is struck with that probability, by one of the kinds. */
  | {
      readonly kind: "weather";
      readonly seed: number;
      readonly probability: number;
      readonly strikes: readonly Strike[];
    };

type Answer = 408 | 500 | 502 | 503 | "reset";
export type Strike = Answer | "429" | "twice" | "late" | "empty-list" | "hang";

export const strikes: readonly Strike[] = [
  408,
  500,
  502,
  503,
  "reset",
  "429",
  "twice",
  "late",
  "empty-list",
  "hang",
];

export interface TroubledRun {
  readonly wrap: (fetch: Fetch) => Fetch;
  /** Resolves when the process is gone. */
  readonly died: Promise<"died">;
}

export function troubled(trouble: Trouble, clock: Clock): TroubledRun {
  const { promise: died, resolve } = Promise.withResolvers<"died">();
  const forever = new Promise<never>(() => undefined);
  const dice = new Dice(trouble.kind === "weather" ? trouble.seed : 0);
  let calls = 0;
  let creates = 0;
  let isDead = false;

  const call = async (fetch: Fetch, ...[input, init]: Parameters<Fetch>): Promise<Response> => {
    if (isDead) return forever;
    calls++;
    if (trouble.kind === "crash" && calls === trouble.at) {
      isDead = true;
      if (trouble.when === "after") await fetch(input, init).catch(() => undefined);
      resolve("died");
      return forever;
    }
    if (trouble.kind === "answer" && calls === trouble.at) {
      if (trouble.hasEffect) await fetch(input, init);
      return answered(trouble.answer);
    }
    if (trouble.kind === "create" && isUnprotected(input, init) && ++creates === trouble.at) {
      await fetch(input, init);
      return answered(trouble.answer);
    }
    if (trouble.kind !== "weather" || !dice.chance(trouble.probability)) return fetch(input, init);
    return struck(dice.pick(trouble.strikes), dice.chance(0.5), clock, fetch, input, init);
  };
  return { wrap: (fetch) => (input, init) => call(fetch, input, init), died };
}

const isUnprotected = (...[input, init]: Parameters<Fetch>): boolean =>
  init?.method === "POST" && /\/(volumes|ip_assignments)$/.test(new URL(String(input)).pathname);

const lateMs = 45_000;
const hangMs = 130_000;

async function struck(
  strike: Strike,
  hasEffect: boolean,
  clock: Clock,
  fetch: Fetch,
  ...[input, init]: Parameters<Fetch>
): Promise<Response> {
  switch (strike) {
    case "429":
      return Response.json(
        { error: "rate limited" },
        { status: 429, headers: { "retry-after": "2" } },
      );
    case "twice":
      // A proxy on the way has sent it again; the second answer is the one that arrives.
      await fetch(copyOf(input), init);
      return fetch(input, init);
    case "late":
      await clock.sleep(lateMs);
      return fetch(input, init);
    case "hang": {
      if (hasEffect) await fetch(input, init);
      await clock.sleep(hangMs, init?.signal ?? undefined);
      throw broken("UND_ERR_HEADERS_TIMEOUT", "headers timeout");
    }
    case "empty-list": {
      const response = await fetch(input, init);
      const isList = (init?.method ?? "GET") === "GET" && response.status === 200;
      return isList ? emptied(response) : response;
    }
    default:
      if (hasEffect) await fetch(input, init);
      return answered(strike);
  }
}

const copyOf = (input: Parameters<Fetch>[0]) => (input instanceof Request ? input.clone() : input);

export function answered(answer: Answer): Response {
  if (answer === "reset") throw broken("ECONNRESET", "socket hang up");
  return Response.json({ error: "deadline_exceeded" }, { status: answer });
}

function broken(code: string, message: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
}

/** As Fly's API once answered for a while: whole lists were empty. */
export async function emptied(response: Response): Promise<Response> {
  const body = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (Array.isArray(body)) return Response.json([], { headers: response.headers });
  if (typeof body !== "object" || body === null) return response;
  const lists = Object.entries(body).filter(([, value]) => Array.isArray(value));
  if (lists.length === 0 || "id" in body || "errors" in body || "data" in body) return response;
  const kept = Object.entries(body).filter(([key]) => !/cursor/.test(key));
  const empty = kept.map(([key, value]) => [key, Array.isArray(value) ? [] : value]);
  return Response.json(Object.fromEntries(empty), {
    headers: { "content-type": "application/json" },
  });
}
