/**
 * GitHub's limits by token: calls an hour (primary), and points and created content a minute and
 * an hour (secondary, not shown in headers).
 */

import { primaryLimit, secondaryLimit } from "./errors.ts";
import type { Actor } from "./tokens.ts";

export interface LimitNumbers {
  /** Calls an hour; 1,000 for GITHUB_TOKEN unless it is said. */
  readonly perHour: number;
  readonly restPointsPerMinute: number;
  readonly graphqlPointsPerMinute: number;
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
}

export interface Cost {
  readonly resource: "core" | "graphql";
  readonly points: number;
  readonly content: boolean;
}

export interface Quota {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  /** Seconds since the epoch. */
  readonly reset: number;
}

export interface Limits {
  /** Throws the refusal. */
  take(actor: Actor, cost: Cost): void;
  quota(actor: Actor, resource: Cost["resource"]): Quota;
}

export const documented: LimitNumbers = {
  perHour: 5_000,
  restPointsPerMinute: 900,
  graphqlPointsPerMinute: 2_000,
  contentPerMinute: 80,
  contentPerHour: 500,
};

const none: LimitNumbers = {
  perHour: 1_000_000,
  restPointsPerMinute: Number.POSITIVE_INFINITY,
  graphqlPointsPerMinute: Number.POSITIVE_INFINITY,
  contentPerMinute: Number.POSITIVE_INFINITY,
  contentPerHour: Number.POSITIVE_INFINITY,
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export function createLimits(
  option: "documented" | "off" | Partial<LimitNumbers>,
  now: () => number,
): Limits {
  const numbers =
    option === "off" ? none : { ...documented, ...(option === "documented" ? {} : option) };
  const isSaid = typeof option === "object" && option.perHour !== undefined;
  const windows = createWindows(now);
  const hourly = (actor: Actor) => {
    const isWorkflow = actor.kind === "github_token" || actor.kind === "fork";
    return isWorkflow && !isSaid && option !== "off" ? 1_000 : numbers.perHour;
  };
  const quota: Limits["quota"] = (actor, resource) => {
    const { used, endsMs } = windows.look(`${actor.bucket} ${resource}`, hourMs);
    const limit = hourly(actor);
    return { limit, used, remaining: limit - used, reset: Math.ceil(endsMs / 1_000) };
  };
  return {
    quota,
    take(actor, { resource, points, content }) {
      if (quota(actor, resource).remaining < 1) throw primaryLimit();
      const secondary = [
        {
          key: `${actor.bucket} ${resource} points`,
          ms: minuteMs,
          amount: points,
          most: resource === "core" ? numbers.restPointsPerMinute : numbers.graphqlPointsPerMinute,
        },
        ...(content
          ? [
              {
                key: `${actor.bucket} minute`,
                ms: minuteMs,
                amount: 1,
                most: numbers.contentPerMinute,
              },
              { key: `${actor.bucket} hour`, ms: hourMs, amount: 1, most: numbers.contentPerHour },
            ]
          : []),
      ];
      for (const { key, ms, amount, most } of secondary) {
        const { used, endsMs } = windows.look(key, ms);
        if (used + amount > most) throw secondaryLimit(Math.ceil((endsMs - now()) / 1_000));
      }
      for (const { key, ms, amount } of secondary) windows.add(key, ms, amount);
      windows.add(`${actor.bucket} ${resource}`, hourMs, 1);
    },
  };
}

/** Fixed windows that begin with the first use. */
function createWindows(now: () => number) {
  const windows = new Map<string, { used: number; endsMs: number }>();
  const look = (key: string, ms: number) => {
    const found = windows.get(key);
    if (found && found.endsMs > now()) return found;
    return { used: 0, endsMs: now() + ms };
  };
  return {
    look,
    add(key: string, ms: number, amount: number) {
      const { used, endsMs } = look(key, ms);
      windows.set(key, { used: used + amount, endsMs });
    },
  };
}
