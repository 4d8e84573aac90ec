/** Start and stop of a machine: accepted here, finished when `waitMachine` says so. */

import { isApiError } from "#silo/errors.ts";
import type { UnderLease } from "#world/fly.ts";
import { object } from "../shape.ts";
import type { FlyCalls } from "./call.ts";
import { RefusedInAnswer } from "./failures.ts";

export interface Which {
  readonly app: string;
  readonly id: string;
  readonly lease: UnderLease | undefined;
}

/** A machine that is on its way to `started` already is no error: an earlier try may have come through. */
export async function startMachine(calls: FlyCalls, { app, id, lease }: Which): Promise<void> {
  const started = calls.call({
    action: "machine.start",
    operation: `start machine ${id} of ${app}`,
    method: "POST",
    path: ["apps", app, "machines", id, "start"],
    nonce: lease?.nonce,
    effect: "repeatable",
    app,
    key: id,
    final: ({ detail }) => onItsWayUp.test(detail),
    read: ({ body }) => readStarted(body),
  });
  await unlessAlready(started, onItsWayUp);
}

export async function stopMachine(
  calls: FlyCalls,
  { app, id, lease }: Which,
  how: { readonly signal: string; readonly timeout: string },
): Promise<void> {
  const stopped = calls.call({
    action: "machine.stop",
    operation: `stop machine ${id} of ${app}`,
    method: "POST",
    path: ["apps", app, "machines", id, "stop"],
    body: { signal: how.signal, timeout: how.timeout },
    nonce: lease?.nonce,
    effect: "repeatable",
    app,
    key: id,
    read: () => undefined,
  });
  await unlessAlready(stopped, onItsWayDown);
}

const onItsWayUp = /current state: '?(?:started|starting)\b/i;
const onItsWayDown = /current state: '?(?:stopped|stopping)\b/i;

/** flyctl looks for an error in a 200 too. */
function readStarted(body: unknown): void {
  if (body === undefined) return;
  const { status, message } = object(body, "the answer");
  if (status !== "error") return;
  const words = typeof message === "string" ? message : "the machine was not started";
  throw new RefusedInAnswer(words, / for machine\b/.test(words) ? "capacity" : "conflict");
}

async function unlessAlready(call: Promise<void>, already: RegExp): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (isApiError(error, "busy") && already.test(error.message)) return;
    throw error;
  }
}
