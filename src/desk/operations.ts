/**
 * What was asked for and goes on by itself. Its id says what it is, and the silo itself how far it
 * is, so any desk can be asked, also one that was started since.
 */

import type { ObservedSilo } from "#state/observed.ts";
import { phaseOf } from "#state/phase.ts";
import type { Clock } from "#world/effects.ts";

export type PowerAction = "start" | "stop" | "hold" | "release";

export interface Asked {
  readonly action: PowerAction;
  readonly silo: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Operation {
  readonly id: string;
  readonly action: PowerAction;
  readonly silo: string;
  readonly state: "running" | "succeeded" | "failed" | "overdue";
  readonly asked_at: string;
  readonly detail: string | null;
  readonly url: string;
  /** Where its run is to be seen; null when it runs in the desk. */
  readonly run_url: string | null;
}

/** How it ended, as far as this desk was there. */
export interface Ending {
  readonly ok: boolean;
  readonly detail: string;
}

/** What was begun; `rest` is there when it goes on in the desk itself. */
export interface Begun {
  readonly rest?: Promise<Ending>;
}

interface Entry extends Asked {
  ended?: Ending;
}

/** A start takes a minute or two, a queue of runs some more. */
const overdueMs = 30 * 60_000;
const mostRemembered = 1_000;

export interface Operations {
  /** The start or stop that a silo is in the middle of is joined when it is asked for again. */
  begin(asked: Omit<Asked, "at">, work: () => Promise<Begun>): Promise<string>;
  /** `undefined` when the text is no id. */
  parse(id: string): Asked | undefined;
  look(id: string, asked: Asked, observed: ObservedSilo, runUrl: string | undefined): Operation;
  /** From the moment a stop was asked for until it has ended: nothing is handed out. */
  isStopping(silo: string): boolean;
  /** Ends what the machines show to be done. */
  settle(silo: string, observed: ObservedSilo): void;
}

export function operations(clock: Clock): Operations {
  const entries = new Map<string, Entry>();
  const underWay = (silo: string) =>
    [...entries.values()].filter(
      (entry) => entry.silo === silo && !entry.ended && clock.now() - entry.at < overdueMs,
    );
  return {
    async begin({ action, silo }, work) {
      const last = underWay(silo).findLast((entry) => isPower(entry.action));
      if (last?.action === action) return idOf(last);
      const entry: Entry = { action, silo, at: clock.now() };
      const id = idOf(entry);
      entries.set(id, entry);
      const [oldest] = entries.keys();
      if (entries.size > mostRemembered && oldest !== undefined) entries.delete(oldest);
      try {
        const { rest } = await work();
        void rest?.then((ending) => {
          entry.ended = ending;
        });
      } catch (error) {
        entries.delete(id);
        throw error;
      }
      return id;
    },
    parse: askedOf,
    look(id, asked, observed, runUrl) {
      const ended = entries.get(id)?.ended;
      const isLate = clock.now() - asked.at >= overdueMs;
      const isDone = ended ? ended.ok : hasCome(asked, observed, clock.now());
      return {
        id,
        action: asked.action,
        silo: asked.silo,
        state: isDone ? "succeeded" : ended ? "failed" : isLate ? "overdue" : "running",
        asked_at: new Date(asked.at).toISOString(),
        detail: ended?.detail ?? null,
        url: `/v1/operations/${id}`,
        run_url: runUrl ?? null,
      };
    },
    isStopping: (silo) => underWay(silo).some(({ action }) => action === "stop"),
    settle(silo, observed) {
      for (const entry of underWay(silo)) {
        if (isPower(entry.action) && hasCome(entry, observed, clock.now())) {
          entry.ended = { ok: true, detail: "done" };
        }
      }
    },
  };
}

const isPower = (action: PowerAction) => action === "start" || action === "stop";

/** A stop may be over, and the silo started again, before anybody looked. */
function hasCome({ action, at }: Asked, observed: ObservedSilo, now: number): boolean {
  const phase = phaseOf(observed);
  const { record } = observed;
  if (action === "start") return phase === "running" || phase === "degraded";
  if (action === "stop") {
    return phase === "stopped" || Date.parse(record?.stoppedAt ?? "") >= at;
  }
  const isHeld = record?.holds.some(({ until }) => until > now) === true;
  return action === "hold" ? isHeld : !isHeld;
}

const idOf = ({ action, silo, at }: Asked): string =>
  Buffer.from(JSON.stringify([action, silo, at])).toString("base64url");

function askedOf(id: string): Asked | undefined {
  if (!/^[A-Za-z0-9_-]{1,300}$/.test(id)) return undefined;
  try {
    const [action, silo, at]: unknown[] = JSON.parse(Buffer.from(id, "base64url").toString("utf8"));
    const known = (["start", "stop", "hold", "release"] as const).find((one) => one === action);
    const isSound = typeof silo === "string" && typeof at === "number" && Number.isFinite(at);
    return known && isSound ? { action: known, silo, at } : undefined;
  } catch {
    return undefined;
  }
}
