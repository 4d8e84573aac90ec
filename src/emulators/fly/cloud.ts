/** The parts that routes work with. */

import type { Clock } from "#world/effects.ts";
import type { Neighbourhood } from "../workload.ts";
import type { Checks } from "./checks.ts";
import type { Guests, HoldTime } from "./guests.ts";
import type { Ids } from "./ids.ts";
import type { LatencyModel } from "./latency.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { MetricFaults } from "./metrics/series.ts";
import type { FlyStore } from "./store.ts";

export interface Cloud {
  readonly clock: Clock;
  readonly store: FlyStore;
  readonly ids: Ids;
  readonly latency: LatencyModel;
  readonly life: Lifecycle;
  readonly guests: Guests;
  readonly checks: Checks;
  readonly neighbours: Neighbourhood;
  readonly holdTime: HoldTime;
  readonly orgListLagMs: number;
  readonly metricFaults: MetricFaults;
  /** Organisations that `tokens/current` names for a token that may act in any. */
  readonly orgs: readonly string[];
}
