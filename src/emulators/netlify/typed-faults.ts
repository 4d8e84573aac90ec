/** Faults that a user provokes by a name: a site or a branch that contains one of these words. */

import { type NetlifyProblem, throttled, unavailable } from "./errors.ts";

/** How often the passing faults strike, per site and kind of call. */
const strikes = 2;

export interface TypedFaults {
  /** The failure that comes instead of the effect of a write, if any. */
  before(site: string, kind: string): NetlifyProblem | undefined;
  /** Whether the answer of a creation that took effect is lost. */
  loses(site: string, kind: string): boolean;
}

export function createTypedFaults(): TypedFaults {
  const seen = new Map<string, number>();
  const strike = (key: string, limit: number): boolean => {
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count < limit;
  };
  return {
    before(site, kind) {
      if (site.includes("fault-down")) return unavailable();
      const isPassing = (word: string) =>
        site.includes(word) && strike(`${word} ${site} ${kind}`, strikes);
      if (isPassing("fault-503")) return unavailable();
      return isPassing("fault-429") ? throttled() : undefined;
    },
    loses: (site, kind) => site.includes("fault-lost-answer") && strike(`lost ${site} ${kind}`, 1),
  };
}

/** How a build of the branch ends. */
export function buildEnd(branch: string): "ready" | "error" | "timeout" {
  if (branch.includes("fault-build-error")) return "error";
  return branch.includes("fault-build-timeout") ? "timeout" : "ready";
}
