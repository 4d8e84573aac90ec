/** Evidence of a silo that nobody has used for an hour: every signal is there, none shows use. */

import type { IdleEvidence } from "#state/idle-evidence.ts";
import type { AppMetrics } from "#state/metrics.ts";
import type { Session } from "#state/sessions.ts";

export const minute = 60_000;
export const now = Date.UTC(2026, 10, 24, 12);

export const quietApp = (changes: Partial<AppMetrics> = {}): AppMetrics => ({
  answers: 40,
  usedAnswers: 0,
  openRequests: 0,
  proxySeenAt: now - 40_000,
  machineSeenAt: now - 40_000,
  cpuPercent: 2,
  memoryMb: 100,
  ...changes,
});

export const aSession = (changes: Partial<Session> = {}): Session => ({
  user: "postgres",
  applicationName: "psql",
  state: "idle",
  idleSeconds: 60,
  listens: false,
  ...changes,
});

export const anIdleSilo = (changes: Partial<IdleEvidence> = {}): IdleEvidence => ({
  now,
  phase: "running",
  autoStopMinutes: 30,
  upSince: now - 180 * minute,
  holds: [],
  lastUse: undefined,
  metrics: { kind: "seen", value: { kong: quietApp(), studio: quietApp(), postgres: quietApp() } },
  lookBackMinutes: 90,
  database: { kind: "seen", value: { sessions: [], tableUses: 7 } },
  ...changes,
});
