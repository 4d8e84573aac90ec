/** Moves deploys to where the clock says they are. Whoever looks gets it done first; no timers. */

import { buildEnvironment } from "./build-environment.ts";
import type { NetlifyCloud } from "./cloud.ts";
import type { DeployTimes } from "./deploy-times.ts";
import type { DeployRow } from "./entities.ts";

/**
 * Every write comes through here first, so the variables still are as they were at each start of a
 * build that is due.
 */
export function settle(cloud: Pick<NetlifyCloud, "clock" | "store" | "times">): void {
  const { clock, store, times } = cloud;
  const now = clock.now();
  for (const row of store.deploys.values()) {
    if (row.state === "ready" || row.state === "error") continue;
    if (now >= row.startMs && row.environment === undefined) {
      const site = store.sites.get(row.siteId);
      const team = site && store.teams.get(site.teamId);
      if (site && team) row.environment = buildEnvironment(team, site, row);
    }
    const [state, sinceMs] = stateAt(row, times, now);
    if (state === row.state) continue;
    row.state = state;
    row.updatedMs = sinceMs;
  }
}

function stateAt(row: DeployRow, times: DeployTimes, now: number): readonly [string, number] {
  if (now >= row.endMs) return [row.end === "ready" ? "ready" : "error", row.endMs];
  if (now < row.startMs) {
    const queuedMs = row.createdMs + times.enqueuedMs;
    return now >= queuedMs ? ["enqueued", queuedMs] : ["new", row.createdMs];
  }
  if (row.end !== "ready") return ["building", row.startMs];
  const reached = times.steps.findLast(([, afterMs]) => now >= row.startMs + afterMs);
  return reached ? [reached[0], row.startMs + reached[1]] : ["building", row.startMs];
}
