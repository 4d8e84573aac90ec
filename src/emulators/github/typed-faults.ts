/** Faults that a user provokes by a name: a repository, an environment or a secret with one of these words in it. */

import { GitHubProblem, secondaryLimit } from "./errors.ts";

/** How often the passing faults strike, per name and action. */
const strikes = 2;

export interface TypedFaults {
  /** The failure that comes instead of the effect of a write, if any. */
  before(name: string, action: string): GitHubProblem | undefined;
  /** Whether the answer of a write that took effect is lost: the first one of its kind. */
  loses(name: string, action: string): boolean;
}

export function createTypedFaults(): TypedFaults {
  const seen = new Map<string, number>();
  const strike = (key: string, limit = strikes): boolean => {
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count < limit;
  };
  return {
    before(given, action) {
      const name = plain(given);
      if (name.includes("fault-github-down")) return unavailable();
      if (name.includes("fault-github-503") && strike(`503 ${name} ${action}`))
        return unavailable();
      if (name.includes("fault-github-limit") && strike(`limit ${name} ${action}`)) {
        return secondaryLimit(60);
      }
      return undefined;
    },
    loses(given, action) {
      const name = plain(given);
      return name.includes("fault-github-lost") && strike(`lost ${name} ${action}`, 1);
    },
  };
}

/** A secret is named in capitals with underscores for the silo that an environment has in its name. */
const plain = (name: string) => name.toLowerCase().replaceAll("_", "-");

const unavailable = () => new GitHubProblem(503, "Service Unavailable");
