/** The Service Desk: a stream of events, and polling where the stream does not come through. */

import type { Browser } from "../browser.ts";
import { parseCost } from "../model/cost.ts";
import { isRecord, parseFleet, parseStatus, text } from "../model/fleet.ts";
import { parseOperation } from "../model/operation.ts";
import { jsonOf, messageOf, Problem, problemOf } from "./answer.ts";
import { eventParser } from "./events.ts";
import type { Source, Told } from "./types.ts";

/** The desk sends a sign of life every 15 s. */
const silenceMs = 45_000;
const patienceMs = 15_000;

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

export function deskSource(browser: Browser, token: string): Source {
  const ask: Ask = (path, init = {}) =>
    browser.fetch(path, {
      ...init,
      cache: "no-store",
      headers: { ...init.headers, authorization: `Bearer ${token}` },
    });
  const get = async (path: string) => jsonOf(await ask(path));
  const of = (path: string, silo: string) => get(`${path}?silo=${encodeURIComponent(silo)}`);
  return {
    follow: (told, signal) => follow(browser, ask, told, signal),
    status: async (silo) => parseStatus(await of("silo-status", silo)),
    cost: async (silo) => parseCost(await of("cost", silo)),
    desk: {
      async me() {
        const me = await get("v1/me");
        const [name, role] = isRecord(me) ? [text(me.name), text(me.role)] : [];
        return name && role ? { name, role } : undefined;
      },
      async ask(action, request) {
        const answer = await ask(`${action}-silo`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(request),
        });
        return operationIn(await jsonOf(answer));
      },
      operation: async (id) => operationIn(await get(`v1/operations/${encodeURIComponent(id)}`)),
    },
  };
}

function operationIn(data: unknown) {
  const operation = parseOperation(data);
  if (!operation) throw new Problem(502, "The desk gave no operation");
  return operation;
}

async function follow(browser: Browser, ask: Ask, told: Told, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await stream(browser, ask, told, signal, () => {
        failures = 0;
      });
    } catch (error) {
      if (isRefusal(error)) return told.link({ state: "locked", why: error.message });
    }
    if (signal.aborted) return;
    try {
      tellFleet(told, await jsonOf(await ask("v1/silos", { signal })));
      told.link({ state: "polling" });
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) return told.link({ state: "locked", why: error.message });
      told.link({ state: "lost", why: messageOf(error) });
    }
    await browser.sleep(Math.min(patienceMs, 500 * 2 ** failures), signal);
  }
}

const isRefusal = (error: unknown): error is Problem =>
  error instanceof Problem && (error.status === 401 || error.status === 403);

/** Ends when the stream does; throws when it cannot begin or falls silent. */
async function stream(
  browser: Browser,
  ask: Ask,
  told: Told,
  signal: AbortSignal,
  onSign: () => void,
): Promise<void> {
  const closing = new AbortController();
  const either = AbortSignal.any([signal, closing.signal]);
  const response = await ask("v1/events", {
    signal: either,
    headers: { accept: "text/event-stream" },
  });
  if (!response.ok) throw await problemOf(response);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const parse = eventParser();
  try {
    while (reader) {
      const next = await withinSilence(browser, either, reader.read());
      if (next === undefined || next.done) return;
      for (const { name, data } of parse(next.value)) {
        if (name === "end") return;
        if (name !== "silos") continue;
        tellFleet(told, JSON.parse(data));
        told.link({ state: "live" });
        onSign();
      }
    }
  } finally {
    closing.abort();
  }
}

/** `undefined` when nothing came for too long. */
async function withinSilence<T>(
  browser: Browser,
  signal: AbortSignal,
  read: Promise<T>,
): Promise<T | undefined> {
  const waiting = new AbortController();
  const silence = browser.sleep(silenceMs, AbortSignal.any([signal, waiting.signal]));
  try {
    return await Promise.race([read, silence.then(() => undefined)]);
  } finally {
    waiting.abort();
  }
}

function tellFleet(told: Told, data: unknown): void {
  const fleet = parseFleet(data);
  if (!fleet) throw new Problem(502, "The desk's list of silos has another form: reload the page");
  told.fleet(fleet);
}
