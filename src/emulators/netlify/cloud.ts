import type { Clock } from "#world/effects.ts";
import type { Seeded } from "../seeded.ts";
import type { DeployTimes } from "./deploy-times.ts";
import type { BuildLimits } from "./limits.ts";
import type { NetlifyStore } from "./store.ts";

/** What every route works on. */
export interface NetlifyCloud {
  readonly clock: Clock;
  readonly ids: Seeded;
  readonly store: NetlifyStore;
  readonly times: DeployTimes;
  readonly builds: BuildLimits;
  readonly makesSites: boolean;
}
