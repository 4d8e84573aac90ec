/** Faults that a user provokes by a name: a repository, an environment or a secret with one of these words in it. */

import { GitHubProblem, secondaryLimit } from "./errors.ts";

/** How often the passing faults strike, per name and action. */
const strikes = 2;

export interface TypedFaults {
  /** The failure that comes instead of the effect of a write, if any. */
  before(name: string, action: string): GitHubProblem | undefined;
}

export function createTypedFaults(): TypedFaults {
  const seen = new Map<string, number>();
  const strike = (key: string): boolean => {
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count < strikes;
  };
  return {
    before(given, action) {
      const name = given.toLowerCase().replaceAll("_", "-");
      if (name.includes("fault-github-down")) return unavailable();
      if (name.includes("fault-github-503") && strike(`503 ${name} ${action}`))
        return unavailable();
      if (name.includes("fault-github-limit") && strike(`limit ${name} ${action}`)) {
        return secondaryLimit(60);
      }
      return undefined;
    },
  };
}

const unavailable = () => new GitHubProblem(503, "Service Unavailable");
