/** The decision: never a stop with any sign of use, never one without proof. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideIdle, sessionUse } from "#state/idle.ts";
import type { IdleEvidence } from "#state/idle-evidence.ts";
import type { AppMetrics } from "#state/metrics.ts";
import { anIdleSilo, aSession, minute, now, quietApp } from "./an-idle-silo.ts";

const database = (sessions: readonly ReturnType<typeof aSession>[], tableUses = 7) =>
  ({ kind: "seen", value: { sessions, tableUses } }) as const;
const kong = (changes: Partial<AppMetrics>) =>
  ({ kind: "seen", value: { kong: quietApp(changes), studio: quietApp() } }) as const;
const within = (minutes: number) => now - minutes * minute;

const uses: Readonly<Record<string, Partial<IdleEvidence>>> = {
  "a request": { metrics: kong({ lastRequestAt: within(29), usedAnswers: 1 }) },
  "a request to Studio": {
    metrics: {
      kind: "seen",
      value: { kong: quietApp(), studio: quietApp({ lastRequestAt: within(5), usedAnswers: 1 }) },
    },
  },
  "an open request": { metrics: kong({ openRequests: 1 }) },
  "a busy CPU": { metrics: kong({ cpuPercent: 80 }) },
  "a hold": { holds: [{ by: "jane", until: now + minute, reason: "" }] },
  "a use on record": { lastUse: { at: within(10), what: "connection info read as dev-worker" } },
  "a session": { database: database([aSession()]) },
  "a session in a transaction": {
    database: database([aSession({ state: "idle in transaction", idleSeconds: 9_000 })]),
  },
  "a service at work": {
    database: database([
      aSession({ user: "authenticator", applicationName: "PostgREST", idleSeconds: 8 }),
    ]),
  },
  "tables used since the last look": {
    before: { at: now - 45_000, tableUses: 6 },
    database: database([]),
  },
  "a session that has ended since": {
    lastUse: { at: within(40), what: "Postgres session of jane", isOpen: true },
    database: database([]),
  },
  "a start a moment ago": { upSince: within(29) },
  "a spec that says never": { autoStopMinutes: 0 },
};

const gaps: Readonly<Record<string, Partial<IdleEvidence>>> = {
  "no metrics": { metrics: { kind: "failed", why: "503" } },
  "metrics not asked": { metrics: { kind: "unasked" } },
  "an empty answer": { metrics: { kind: "seen", value: {} } },
  "late metrics of the proxy": { metrics: kong({ proxySeenAt: within(6) }) },
  "late metrics of the machine": { metrics: kong({ machineSeenAt: within(6) }) },
  "metrics that do not reach the last look": { before: { at: now - 20_000, tableUses: 7 } },
  "Postgres not asked": { database: { kind: "unasked" } },
  "Postgres that fails": { database: { kind: "failed", why: "exit code 2" } },
  "an unknown start": { upSince: undefined },
  "a degraded silo": { phase: "degraded" },
};

const decide = (changes: Partial<IdleEvidence>) => decideIdle(anIdleSilo(changes));

describe("an idle silo", () => {
  it("is stopped, and says for how long it was idle", () => {
    expect(decide({})).toMatchObject({
      decision: "stop",
      reason: "idle for 90 min",
      triggerSeconds: 0,
    });
  });

  it.each([
    [
      "services' own sessions",
      {
        database: database([
          aSession({ user: "authenticator", applicationName: "PostgREST 12", idleSeconds: 400 }),
        ]),
      },
    ],
    [
      "one that listens",
      {
        database: database([
          aSession({ user: "authenticator", applicationName: "", idleSeconds: 3, listens: true }),
        ]),
      },
    ],
    ["a client that was left open", { database: database([aSession({ idleSeconds: 1_801 })]) }],
    ["a hold that has ended", { holds: [{ by: "jane", until: now, reason: "" }] }],
    ["a last look that found the same", { before: { at: now - 60_000, tableUses: 7 } }],
    ["a request long ago", { metrics: kong({ lastRequestAt: within(31), usedAnswers: 3 }) }],
  ])("is stopped in spite of %s", (_what, changes) => {
    expect(decide(changes)).toMatchObject({ decision: "stop" });
  });

  it("whose Postgres was not asked is a candidate, and no other is", () => {
    expect(decide({ database: { kind: "unasked" } }).needsSessions).toBe(true);
    const uncertain = {
      database: { kind: "unasked" },
      ...gaps["late metrics of the proxy"],
    } as const;
    expect(decide(uncertain).needsSessions).toBe(false);
  });
});

describe("is never stopped", () => {
  it.each(Object.entries(uses))("with %s", (_what, changes) => {
    expect(decide(changes).decision).toBe("keep");
  });

  it.each(Object.entries(gaps))("with %s", (_what, changes) => {
    expect(decide(changes).decision).toBe("unknown");
  });

  it.each(["provisioning", "stopping", "stopped", "destroying", "absent"] as const)(
    "while it is %s",
    (phase) => {
      expect(decide({ phase }).decision).toBe("keep");
    },
  );

  it("with any sign of use, whatever else is there or lacking", () => {
    const parts = fc.array(fc.constantFrom(...Object.values(uses), ...Object.values(gaps)));
    fc.assert(
      fc.property(parts, fc.constantFrom(...Object.keys(uses)), (others, name) => {
        const { decision } = decide(Object.assign({}, ...others, uses[name]));
        expect(decision).toBe("keep");
      }),
    );
  });

  it("for more evidence of use: a later use never makes it sooner", () => {
    const minutesAgo = fc.integer({ min: 0, max: 88 });
    fc.assert(
      fc.property(minutesAgo, minutesAgo, fc.integer({ min: 5, max: 60 }), (a, b, limit) => {
        const [early, late] = [Math.max(a, b), Math.min(a, b)];
        const at = (minutes: number) =>
          decide({
            autoStopMinutes: limit,
            metrics: kong({ lastRequestAt: within(minutes), usedAnswers: 1 }),
          });
        if (at(early).decision === "keep") expect(at(late).decision).toBe("keep");
        expect(at(late).triggerSeconds ?? 0).toBeGreaterThanOrEqual(at(early).triggerSeconds ?? 0);
        expect(at(late).decision === "stop").toBe(late > limit);
      }),
    );
  });
});

it("counts down to 60 × minutes − inactivity, and not while it is held", () => {
  const metrics = kong({ lastRequestAt: within(10), usedAnswers: 1 });
  expect(decide({ metrics })).toMatchObject({ inactivitySeconds: 600, triggerSeconds: 1_200 });
  const holds = [{ by: "jane", until: now + minute, reason: "" }];
  expect(decide({ metrics, holds }).triggerSeconds).toBeUndefined();
  expect(decide({ metrics, autoStopMinutes: 0 }).triggerSeconds).toBeUndefined();
  expect(decide({ metrics, phase: "stopped" }).inactivitySeconds).toBeUndefined();
});

it("remembers the latest session of somebody else", () => {
  const sessions = [
    aSession({ idleSeconds: 500 }),
    aSession({ user: "jane", applicationName: "" }),
  ];
  expect(sessionUse(anIdleSilo({ database: database(sessions) }))).toEqual({
    at: now - minute,
    what: "Postgres session of jane",
    isOpen: true,
  });
  const own = [aSession({ user: "supabase_auth_admin", applicationName: "" })];
  expect(sessionUse(anIdleSilo({ database: database(own) }))).toBeUndefined();
  const lastUse = { at: within(9), what: "Postgres session of jane", isOpen: true } as const;
  expect(sessionUse(anIdleSilo({ database: database(own), lastUse }))).toEqual({
    at: now,
    what: "Postgres session of jane",
  });
});
