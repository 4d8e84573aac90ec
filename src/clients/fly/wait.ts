/** Waiting for a state of a machine: the API waits a minute at most, so this is a loop of calls. */

import { ApiError, isApiError } from "#silo/errors.ts";
import type { FlyWrites } from "#world/fly.ts";
import { object } from "../shape.ts";
import { notFoundIsFinal } from "./absent.ts";
import type { FlyCalls } from "./call.ts";
import { getMachine } from "./machines.ts";

type Until = Parameters<FlyWrites["waitMachine"]>[2];

interface Target {
  readonly app: string;
  readonly id: string;
  readonly until: Until;
  readonly signal?: AbortSignal | undefined;
}

/** Seconds of one call: the API's own cap, and less while others queue for their turn. */
const longestWait = 60;
const shortWait = 10;
const answerMarginMs = 5_000;
const pauseMs = 1_000;
/** A machine just created may not be found for a moment. */
const unfoundForMs = 5_000;
/** From these a machine comes back by being changed, not by being waited for. */
const deadEnds: ReadonlySet<string> = new Set(["failed", "destroyed", "replaced"]);

/** What one call said: reached, or the state it ended in where it told. */
type Seen = { readonly reached: true } | { readonly reached: false; readonly state?: string };

export async function waitMachine(calls: FlyCalls, target: Target): Promise<void> {
  const { until, signal } = target;
  const startedAt = calls.clock.now();
  const deadline = startedAt + until.timeoutMs;
  const version = until.version ?? (await versionFor(calls, target));
  let versionKey: "version" | "instance_id" = "version";
  let lastState: string | undefined;
  for (;;) {
    const leftMs = deadline - calls.clock.now();
    if (leftMs <= 0) break;
    try {
      const seen = await waitOnce(calls, target, { leftMs, version, versionKey });
      if (seen.reached) return;
      lastState = seen.state ?? lastState;
    } catch (error) {
      if (isApiError(error, "not_found") && until.states.includes("destroyed")) return;
      if (wantsInstanceId(error) && versionKey === "version") {
        versionKey = "instance_id";
        continue;
      }
      const elapsedMs = calls.clock.now() - startedAt;
      if (!isPassing(error, elapsedMs) || signal?.aborted) throw error;
      await pause(calls, target, Math.min(pauseMs, Math.max(1, deadline - calls.clock.now())));
    }
    failOnDeadEnd(calls, target, lastState);
  }
  await lastLook(calls, target, lastState);
}

async function waitOnce(
  calls: FlyCalls,
  target: Target,
  how: { leftMs: number; version: string | undefined; versionKey: "version" | "instance_id" },
): Promise<Seen> {
  const { app, id, until, signal } = target;
  const most = calls.waitsQueued() > 0 ? shortWait : longestWait;
  const seconds = Math.max(1, Math.min(most, Math.ceil(how.leftMs / 1_000)));
  try {
    const reached = await calls.call({
      action: "machine.wait",
      operation: operationOf(target),
      method: "GET",
      path: ["apps", app, "machines", id, "wait"],
      query: [
        ...until.states.map((state) => ["state", state] as const),
        ["timeout", String(seconds)],
        ...(how.version ? [[how.versionKey, how.version] as const] : []),
      ],
      effect: "read",
      app,
      key: id,
      timeoutMs: seconds * 1_000 + answerMarginMs,
      signal,
      final: notFoundIsFinal,
      // The loop goes on after passing trouble, and knows when its time is up.
      maxAttempts: 1,
      read: ({ body }) => body === undefined || object(body, "the answer").ok !== false,
    });
    return reached ? { reached } : { reached: false };
  } catch (error) {
    if (!(isApiError(error) && error.facts.status === 408)) throw error;
    const state = /currently '?([a-z_]+)/i.exec(error.message)?.[1];
    return { reached: false, ...(state === undefined ? {} : { state }) };
  }
}

/** `stopped` is not waited for without a version: some versions of the API refuse to. */
async function versionFor(
  calls: FlyCalls,
  { app, id, until }: Target,
): Promise<string | undefined> {
  if (!until.states.includes("stopped")) return undefined;
  const machine = await getMachine(calls, app, id);
  return machine?.version || machine?.instance_id;
}

function wantsInstanceId(error: unknown): boolean {
  return isApiError(error, "invalid") && /instance_id/.test(error.message);
}

/** Trouble that a longer wait may outlive. */
function isPassing(error: unknown, elapsedMs: number): boolean {
  if (isApiError(error, "not_found")) return elapsedMs < unfoundForMs;
  return ["transient", "timeout", "throttled"].some(
    (category) => error instanceof ApiError && error.facts.category === category,
  );
}

async function pause(calls: FlyCalls, target: Target, ms: number): Promise<void> {
  try {
    await calls.clock.sleep(ms, target.signal);
  } catch {
    throw calls.failure(operationOf(target), "the run was cancelled", { category: "unknown" });
  }
}

function failOnDeadEnd(calls: FlyCalls, target: Target, state: string | undefined): void {
  if (state === undefined || !deadEnds.has(state) || target.until.states.includes(state)) return;
  throw calls.failure(operationOf(target), `it is ${state}, from where it does not get there`, {
    category: "conflict",
    lastState: state,
  });
}

/** The time is up; the machine may be there all the same. */
async function lastLook(
  calls: FlyCalls,
  target: Target,
  seenState: string | undefined,
): Promise<void> {
  const { app, id, until } = target;
  const machine = await getMachine(calls, app, id).catch(() => "unseen" as const);
  if (machine === undefined && until.states.includes("destroyed")) return;
  const lastState = machine === "unseen" ? seenState : (machine?.state ?? "gone");
  if (machine !== "unseen" && machine !== undefined) {
    const version = machine.version || machine.instance_id;
    const sameVersion = until.version === undefined || until.version === version;
    if (until.states.includes(machine.state) && sameVersion) return;
  }
  const seconds = Math.round(until.timeoutMs / 1_000);
  throw calls.failure(
    operationOf(target),
    `not within ${seconds} s, it was last seen ${lastState ?? "never"}`,
    { category: "timeout", lastState },
  );
}

function operationOf({ app, id, until }: Target): string {
  return `see machine ${id} of ${app} ${until.states.join(" or ")}`;
}
