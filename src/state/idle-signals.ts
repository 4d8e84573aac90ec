/** Each signal of use in words, and what it says about stopping. */

import { type IdleEvidence, lastRequestOf, windowMs } from "./idle-evidence.ts";
import type { AppMetrics, ServiceMetrics } from "./metrics.ts";
import { isOwnSession, type Session, sessionIdleMs } from "./sessions.ts";

/** Samples older than this prove nothing about now. */
export const freshMs = 5 * 60_000;
/** What the metrics may not show yet is looked for in Postgres. */
const blindSeconds = 120;
/** A service that computes so much, in per cent of a CPU, is at work. */
export const busyCpuPercent = 25;

export interface Signal {
  /** `use` keeps it, `missing` leaves it alone, `quiet` lets it be stopped. */
  readonly verdict: "use" | "missing" | "quiet";
  readonly text: string;
}

const use = (text: string): Signal => ({ verdict: "use", text });
const missing = (text: string): Signal => ({ verdict: "missing", text });
const quiet = (text: string): Signal => ({ verdict: "quiet", text });

export function signalsOf(evidence: IdleEvidence): readonly Signal[] {
  return [
    ...settingSignals(evidence),
    ...holdSignals(evidence),
    uptimeSignal(evidence),
    ...metricSignals(evidence),
    recordedUse(evidence),
    ...sessionSignals(evidence),
  ];
}

function settingSignals({ autoStopMinutes, phase }: IdleEvidence): Signal[] {
  const signals: Signal[] = [];
  if (autoStopMinutes === 0) signals.push(use("auto_stop_minutes is 0: it is never stopped"));
  // Its users get errors, which do not count as use.
  if (phase === "degraded") signals.push(missing("it is degraded, so requests prove nothing"));
  else if (phase !== "running") signals.push(use(`it is ${phase}`));
  return signals;
}

function holdSignals({ holds, now }: IdleEvidence): Signal[] {
  const held = holds.filter(({ until }) => until > now);
  if (held.length === 0) return [quiet("no hold")];
  return held.map((hold) => use(`held by ${hold.by} until ${clockText(hold.until)}`));
}

function uptimeSignal({ upSince, now, autoStopMinutes }: IdleEvidence): Signal {
  if (upSince === undefined) return missing("it is not known since when it runs");
  const text = `up for ${spanText(now - upSince)}`;
  return now - upSince > windowMs(autoStopMinutes) ? quiet(text) : use(`${text} only`);
}

function metricSignals(evidence: IdleEvidence): Signal[] {
  const { metrics } = evidence;
  if (metrics.kind === "unasked") return [missing("metrics were not asked")];
  if (metrics.kind === "failed") return [missing(`metrics cannot be read: ${metrics.why}`)];
  const { kong, studio } = metrics.value;
  return [
    freshness("the proxy's metrics", kong?.proxySeenAt, evidence.now),
    freshness("the machine's metrics", kong?.machineSeenAt, evidence.now),
    ...coverage(evidence, kong?.proxySeenAt),
    requestSignal(evidence, kong, studio),
    openSignal((kong?.openRequests ?? 0) + (studio?.openRequests ?? 0)),
    cpuSignal(metrics.value),
  ];
}

function freshness(what: string, seenAt: number | undefined, now: number): Signal {
  if (seenAt === undefined) return missing(`${what} show nothing`);
  const text = `${what} are ${spanText(now - seenAt)} old`;
  return now - seenAt > freshMs ? missing(text) : quiet(text);
}

/** What the metrics do not show yet must not be older than the last look. */
function coverage({ before }: IdleEvidence, seenAt: number | undefined): Signal[] {
  if (!before || (seenAt !== undefined && seenAt >= before.at)) return [];
  return [missing("the metrics do not reach the last look")];
}

function requestSignal(
  evidence: IdleEvidence,
  kong: AppMetrics | undefined,
  studio: AppMetrics | undefined,
): Signal {
  const { now, autoStopMinutes, lookBackMinutes } = evidence;
  const at = lastRequestOf(evidence);
  const [answers, used] = [kong, studio].reduce(
    ([all, some], app) => [all + (app?.answers ?? 0), some + (app?.usedAnswers ?? 0)],
    [0, 0],
  );
  const counts = `${used} of ${answers} answers in ${lookBackMinutes} min count as use`;
  if (at === undefined) return used > 0 ? use(counts) : quiet(`no request; ${counts}`);
  const text = `last request ${spanText(now - at)} ago; ${counts}`;
  return now - at > windowMs(autoStopMinutes) ? quiet(text) : use(text);
}

const openSignal = (open: number): Signal =>
  open > 0
    ? use(`${open} request${open === 1 ? "" : "s"} open for minutes`)
    : quiet("no request open");

function cpuSignal(metrics: ServiceMetrics): Signal {
  const [highest] = Object.entries(metrics)
    .flatMap(([name, { cpuPercent }]) => (cpuPercent === undefined ? [] : [{ name, cpuPercent }]))
    .sort((a, b) => b.cpuPercent - a.cpuPercent);
  if (!highest) return missing("the CPU was not measured");
  const text = `CPU ${highest.cpuPercent.toFixed(0)} % at most (${highest.name})`;
  return highest.cpuPercent > busyCpuPercent ? use(text) : quiet(text);
}

function recordedUse({ lastUse, now, autoStopMinutes }: IdleEvidence): Signal {
  if (!lastUse) return quiet("no other use on record");
  const text = `${lastUse.what} ${spanText(now - lastUse.at)} ago`;
  return now - lastUse.at > windowMs(autoStopMinutes) ? quiet(text) : use(text);
}

function sessionSignals({ database, before, lastUse, autoStopMinutes }: IdleEvidence): Signal[] {
  if (database.kind === "unasked") return [missing("Postgres was not asked")];
  if (database.kind === "failed") return [missing(`Postgres cannot be asked: ${database.why}`)];
  const { sessions, tableUses } = database.value;
  const others = sessions.filter((session) => !isOwnSession(session));
  const own = sessions.filter((session) => isOwnSession(session) && !session.listens);
  const working = own.filter(({ idleSeconds }) => idleSeconds < blindSeconds);
  return [
    ...(others.length === 0 ? [quiet("no Postgres session but its services' own")] : []),
    ...others.map((session) => {
      const isUse = sessionIdleMs(session) < windowMs(autoStopMinutes);
      return isUse ? use(sessionText(session)) : quiet(sessionText(session));
    }),
    ...(lastUse?.isOpen && others.length === 0 ? [use(`${lastUse.what} ended since`)] : []),
    ...(before && tableUses !== before.tableUses
      ? [use("tables were used since the last look")]
      : []),
    ...working.map((session) => use(`${session.user} asked Postgres ${session.idleSeconds} s ago`)),
  ];
}

const sessionText = (session: Session): string => {
  const { user, applicationName, state, idleSeconds } = session;
  const name = applicationName === "" ? user : `${user} (${applicationName})`;
  return `Postgres session of ${name}, ${state} for ${spanText(idleSeconds * 1_000)}`;
};

export const clockText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
