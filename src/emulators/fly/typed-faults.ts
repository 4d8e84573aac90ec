/** Faults that a user provokes by a name: an app whose name contains one of these words. */

import { type ApiProblem, ApiProblem as Problem, throttled } from "./errors.ts";

/** How often the passing faults strike, per app and action. */
const strikes = 2;

const creates = new Set(["machine-create", "volume-create", "ip-assign"]);

export interface TypedFaults {
  /** The failure that comes instead of the effect of a write, if any. */
  before(app: string, action: string): ApiProblem | undefined;
  /** The failure that is answered although the write took effect, if any. */
  after(app: string, action: string): ApiProblem | undefined;
}

export function createTypedFaults(): TypedFaults {
  const seen = new Map<string, number>();
  const strike = (key: string, limit: number): boolean => {
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count < limit;
  };
  return {
    before(app, action) {
      if (app.includes("fault-down")) return new Problem(503, "upstream unavailable");
      if (app.includes("fault-503") && strike(`503 ${app} ${action}`, strikes)) {
        return new Problem(503, "upstream unavailable");
      }
      if (app.includes("fault-429") && strike(`429 ${app} ${action}`, strikes)) return throttled();
      return undefined;
    },
    after(app, action) {
      if (!app.includes("fault-timeout-after-create") || !creates.has(action)) return undefined;
      return strike(`408 ${app} ${action}`, 1)
        ? new Problem(408, "deadline_exceeded: request timed out")
        : undefined;
    },
  };
}
