/** How an emulated cloud is set up. */

import type { Clock } from "#world/effects.ts";
import type { FaultPlan } from "../faults.ts";
import type { WorkloadFor } from "../workload.ts";
import type { SavedFly } from "./store.ts";
import type { TokenGrant } from "./tokens.ts";

export interface FlyEmulatorOptions {
  readonly clock: Clock;
  readonly workloadFor: WorkloadFor;
  /** Of all made-up names. Default 1. */
  readonly seed?: number;
  /** Default `none`: everything is there at the next look. */
  readonly latency?: "none" | "fly";
  /** Default `documented`. */
  readonly limits?: "documented" | "off";
  /** Whose bucket app creation takes from: which it is, is not documented. Default `app`. */
  readonly appCreateLimit?: "app" | "org";
  /** How late the org-wide lists are. Default 0, with latency `fly` 1500. */
  readonly orgListLagMs?: number;
  /** How late samples of metrics are seen. Default 30 s. */
  readonly metricsLagMs?: number;
  /** Without it any non-empty bearer token will do; see README.md for what a token can say. */
  readonly tokens?: readonly TokenGrant[];
  /** Named by `tokens/current` for a token that may act in any organisation. */
  readonly orgs?: readonly string[];
  readonly faults?: FaultPlan;
  readonly state?: SavedFly;
}
