/** Metrics that are asked for again and again, as by a watch, are asked for once a minute. */

import type { Clock } from "#world/effects.ts";
import type { FlyReads } from "#world/fly.ts";

const goodForMs = 60_000;

export function withRememberedMetrics(fly: FlyReads, clock: Clock): FlyReads {
  const known = new Map<string, { at: number; answer: ReturnType<FlyReads["queryMetrics"]> }>();
  return {
    ...fly,
    queryMetrics: (org, query) => {
      const key = `${org} ${query}`;
      const last = known.get(key);
      if (last && clock.now() - last.at < goodForMs) return last.answer;
      const answer = fly.queryMetrics(org, query);
      known.set(key, { at: clock.now(), answer });
      return answer;
    },
  };
}
