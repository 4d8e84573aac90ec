/**
 * A week of a fleet in virtual time: people, bots, jobs and holds by seed on one side; late and missing
 * ticks, late metrics and their outages on the other. Decisions are those of the product, on evidence
 * that shows no more than Fly's metrics and Postgres would.
 */

import { decideIdle, sessionUse } from "#state/idle.ts";
import type { IdleEvidence } from "#state/idle-evidence.ts";
import { quietApp } from "./an-idle-silo.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const limitMinutes = 30;

export interface Week {
  readonly stops: number;
  readonly falseStops: number;
  /** Looks that found a use between the decision and the stop. */
  readonly foundByLastLook: number;
  readonly awakeHours: number;
  /** Awake beyond limit and one tick, in ms, for the worst stop; outages of metrics excepted. */
  readonly worstExcessMs: number;
  /** Of those with a session, whose end is known to one tick. */
  readonly worstSessionExcessMs: number;
  readonly alwaysOnHours: number;
  readonly longestTickMs: number;
}

/** mulberry32: numbers in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Kind = "request" | "session" | "hold";
interface Use {
  readonly at: number;
  readonly until: number;
  readonly kind: Kind;
}

/** Bouts of work on weekdays, some at night; each a train of requests, or a session, or a hold. */
function usesOf(random: () => number): Use[] {
  const uses: Use[] = [];
  for (let date = 0; date < 7; date++) {
    const bouts = Math.floor(random() * (date < 5 ? 5 : 1.3));
    for (let bout = 0; bout < bouts; bout++) {
      const start = date * day + (random() < 0.85 ? 8 + random() * 11 : random() * 24) * hour;
      const end = start + (5 + random() * 150) * minute;
      const pick = random();
      if (pick < 0.12) {
        // Longer than ticks are apart: what comes and goes between two is not seen.
        const until = Math.max(end, start + 45 * minute);
        uses.push({ at: start, until, kind: "session" });
      } else if (pick < 0.18) uses.push({ at: start, until: start + 2 * hour, kind: "hold" });
      else {
        // Pauses of any length up to beyond the limit: people go for lunch.
        for (let at = start; at < end; at += random() ** 3 * 45 * minute + 1_000) {
          uses.push({ at, until: at, kind: "request" });
        }
      }
    }
  }
  return uses.filter(({ at }) => at < 7 * day).sort((a, b) => a.at - b.at);
}

interface World {
  readonly uses: readonly Use[];
  readonly upSince: number;
  readonly lagMs: number;
  readonly isOut: boolean;
}

function evidenceAt(now: number, { uses, upSince, lagMs, isOut }: World): IdleEvidence {
  const past = uses.filter(({ at }) => at <= now);
  const seenAt = now - lagMs;
  const requests = past.filter(({ kind, at }) => kind === "request" && at <= seenAt);
  const lastRequestAt = requests.at(-1)?.at;
  const isRecent = lastRequestAt !== undefined && lastRequestAt > now - 90 * minute;
  const seen = { proxySeenAt: seenAt, machineSeenAt: seenAt };
  const kong = quietApp({ ...seen, ...(isRecent && { lastRequestAt, usedAnswers: 1 }) });
  const sessions = past
    .filter(({ kind, until }) => kind === "session" && until > now)
    .map(() => ({
      user: "postgres",
      applicationName: "psql",
      state: "idle",
      idleSeconds: 20,
      listens: false,
    }));
  return {
    now,
    phase: "running",
    autoStopMinutes: limitMinutes,
    upSince,
    holds: past
      .filter(({ kind }) => kind === "hold")
      .map(({ until }) => ({ by: "jane", until, reason: "" })),
    lastUse: undefined,
    metrics: isOut
      ? { kind: "failed", why: "503" }
      : { kind: "seen", value: { kong, studio: quietApp(seen), postgres: quietApp(seen) } },
    lookBackMinutes: 90,
    database: {
      kind: "seen",
      value: { sessions, tableUses: past.filter(({ kind }) => kind === "request").length },
    },
  };
}

export function simulateWeek({ silos, seed }: { silos: number; seed: number }): Week {
  const random = seeded(seed);
  const ticks: { at: number; lagMs: number; isOut: boolean }[] = [];
  let longestTickMs = 0;
  // Every ten minutes; late by up to 20, one in ten not at all; metrics are out for hours twice.
  const outages = [random() * 6 * day, random() * 6 * day].map((from) => [from, from + 3 * hour]);
  for (let due = 0; due < 7 * day; due += 10 * minute) {
    if (random() < 0.1) continue;
    const at = due + random() ** 4 * 20 * minute;
    if (at <= (ticks.at(-1)?.at ?? -1)) continue;
    longestTickMs = Math.max(longestTickMs, at - (ticks.at(-1)?.at ?? 0));
    const isOut = outages.some(([from = 0, to = 0]) => at >= from && at < to);
    const lagMs = random() < 0.03 ? 12 * minute : 20_000 + random() * 100_000;
    ticks.push({ at, lagMs, isOut });
  }
  const all = {
    stops: 0,
    falseStops: 0,
    foundByLastLook: 0,
    awakeMs: 0,
    worstExcessMs: 0,
    worstSessionExcessMs: 0,
  };
  for (let silo = 0; silo < silos; silo++) liveWeek(usesOf(random), ticks, random, all);
  return {
    ...all,
    awakeHours: all.awakeMs / hour,
    alwaysOnHours: silos * 168,
    longestTickMs,
  };
}

type Counted = {
  -readonly [Key in
    | "stops"
    | "falseStops"
    | "foundByLastLook"
    | "worstExcessMs"
    | "worstSessionExcessMs"]: number;
} & { awakeMs: number };

function liveWeek(
  uses: readonly Use[],
  ticks: readonly { at: number; lagMs: number; isOut: boolean }[],
  random: () => number,
  all: Counted,
): void {
  let upSince: number | undefined;
  let next = 0;
  let noted: ReturnType<typeof sessionUse>;
  let isExcused = false;
  for (const { at, lagMs, isOut } of ticks) {
    // Whoever wants to use a stopped silo starts it.
    for (let use = uses[next]; use && use.at <= at; use = uses[++next]) upSince ??= use.at;
    if (upSince === undefined) continue;
    const world: World = { uses, upSince, lagMs, isOut };
    const first = { ...evidenceAt(at, world), lastUse: noted };
    noted = sessionUse(first) ?? noted;
    const decided = decideIdle(first);
    if (decided.decision === "unknown") isExcused = true;
    if (decided.decision !== "stop" || first.database.kind !== "seen") continue;
    // Under the lock, as soon as the metrics reach the first look.
    const again = at + lagMs + random() * 15_000;
    const last = decideIdle({
      ...evidenceAt(again, world),
      lastUse: noted,
      before: { at, tableUses: first.database.value.tableUses },
    });
    if (last.decision !== "stop") {
      all.foundByLastLook++;
      continue;
    }
    all.stops++;
    const usedUntil = lastUseBefore(uses, again);
    if (again - usedUntil < limitMinutes * minute) all.falseStops++;
    const since = upSince;
    const awake = uses.filter(({ until }) => until >= since && until <= again);
    const holdEnd = Math.max(0, ...awake.filter(isA("hold")).map(({ until }) => until));
    const ideal = Math.max(Math.max(usedUntil, upSince) + limitMinutes * minute, holdEnd);
    const excess = awake.some(isA("session")) ? "worstSessionExcessMs" : "worstExcessMs";
    if (!isExcused) all[excess] = Math.max(all[excess], again - ideal);
    all.awakeMs += again - upSince;
    upSince = undefined;
    noted = undefined;
    isExcused = false;
  }
  if (upSince !== undefined) all.awakeMs += 7 * day - upSince;
}

const isA =
  (kind: Kind) =>
  (use: Use): boolean =>
    use.kind === kind;

/** When anybody last did anything, or is promised that it stays awake; a hold that ended is no use. */
function lastUseBefore(uses: readonly Use[], now: number): number {
  const ends = uses
    .filter(({ at, until, kind }) => at <= now && (kind !== "hold" || until > now))
    .map(({ until }) => Math.min(until, now));
  return Math.max(Number.NEGATIVE_INFINITY, ...ends);
}
