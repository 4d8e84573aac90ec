/**
 * Whether a silo is idle, from evidence. It is stopped only when every signal is there and none shows
 * use: one sign of use keeps it, one signal that is missing leaves it alone and says so.
 */

import type { LastUse } from "#silo/holds.ts";
import { type IdleEvidence, lastRequestOf, latest, windowMs } from "./idle-evidence.ts";
import { type Signal, signalsOf, spanText } from "./idle-signals.ts";
import { isOwnSession, sessionIdleMs } from "./sessions.ts";

export type Decision = "stop" | "keep" | "unknown";

export interface Idleness {
  readonly decision: Decision;
  /** In one line. */
  readonly reason: string;
  readonly lastRequestAt: number | undefined;
  readonly inactivitySeconds: number | undefined;
  /** Until it may be stopped; `undefined` when it never is, is held, does not run, or is not known. */
  readonly triggerSeconds: number | undefined;
  /** Each signal with its value. */
  readonly evidence: readonly string[];
  /** Postgres is to be asked: nothing else is missing to stop it, or a session was open. */
  readonly needsSessions: boolean;
}

export function decideIdle(evidence: IdleEvidence): Idleness {
  const signals = signalsOf(evidence);
  const said = (verdict: Signal["verdict"]) =>
    signals.filter((signal) => signal.verdict === verdict).map(({ text }) => text);
  const [use, missing] = [said("use"), said("missing")];
  const lastRequestAt = lastRequestOf(evidence);
  const inactivityMs = inactivityOf(evidence, lastRequestAt);
  const decision = use.length > 0 ? "keep" : missing.length > 0 ? "unknown" : "stop";
  const isCandidate = decision === "unknown" && missing.length === 1;
  return {
    decision,
    reason: reasonOf(decision, use, missing, inactivityMs),
    lastRequestAt,
    inactivitySeconds: inactivityMs === undefined ? undefined : Math.floor(inactivityMs / 1_000),
    triggerSeconds: triggerOf(evidence, inactivityMs),
    evidence: signals.map(({ text }) => text),
    needsSessions: evidence.database.kind === "unasked" && (isCandidate || isFollowed(evidence)),
  };
}

/** A session that was open is asked for at each look, so that its end is known to one look. */
const isFollowed = ({ lastUse, phase }: IdleEvidence): boolean =>
  lastUse?.isOpen === true && phase === "running";

/**
 * A session of somebody else, to be remembered: it may be over at the next look. One that is over by now
 * may have been used until a moment ago.
 */
export function sessionUse({ database, lastUse, now }: IdleEvidence): LastUse | undefined {
  if (database.kind !== "seen") return undefined;
  const [latest] = database.value.sessions
    .filter((session) => !isOwnSession(session))
    .sort((a, b) => sessionIdleMs(a) - sessionIdleMs(b));
  if (!latest) return lastUse?.isOpen ? { at: now, what: lastUse.what } : undefined;
  const { user, applicationName } = latest;
  const what = `Postgres session of ${user}${applicationName === "" ? "" : ` (${applicationName})`}`;
  return { at: now - sessionIdleMs(latest), what, isOpen: true };
}

/** At least so long: what happened before the time looked at is not known. */
function inactivityOf(evidence: IdleEvidence, lastRequestAt: number | undefined) {
  const { metrics, lastUse, upSince, now, phase, lookBackMinutes } = evidence;
  if (metrics.kind !== "seen" || (phase !== "running" && phase !== "degraded")) return undefined;
  const horizon = now - windowMs(lookBackMinutes);
  const at = latest([lastRequestAt, lastUse?.at, sessionUse(evidence)?.at, upSince, horizon]);
  return at === undefined ? undefined : Math.max(0, now - at);
}

function triggerOf(evidence: IdleEvidence, inactivityMs: number | undefined): number | undefined {
  const { autoStopMinutes, holds, now } = evidence;
  const isHeld = holds.some(({ until }) => until > now);
  if (autoStopMinutes === 0 || isHeld || inactivityMs === undefined) return undefined;
  return Math.max(0, 60 * autoStopMinutes - Math.floor(inactivityMs / 1_000));
}

function reasonOf(
  decision: Decision,
  used: readonly string[],
  lacking: readonly string[],
  inactivityMs = 0,
): string {
  if (decision === "stop") return `idle for ${spanText(inactivityMs)}`;
  return (decision === "keep" ? used : lacking).join("; ");
}
