/** How an emulated Netlify is set up. */

import type { Clock } from "#world/effects.ts";
import type { FaultPlan } from "../faults.ts";
import type { NetlifyPlan } from "./entities.ts";
import type { SavedNetlify } from "./store.ts";

export interface NetlifyEmulatorOptions {
  readonly clock: Clock;
  /** Of all made-up ids. Default 1. */
  readonly seed?: number;
  readonly teams?: readonly TeamOption[];
  /** Default `none`: calls take no time, and a deploy is ready at the next look. */
  readonly latency?: "none" | "netlify";
  /** Default `documented`. */
  readonly limits?: "documented" | "off";
  /** Without it any non-empty bearer token will do; `team:acme` acts in that team only. */
  readonly tokens?: readonly NetlifyTokenGrant[];
  readonly faults?: FaultPlan;
  /** A site that is looked for by its name and not there is made, in the first team. */
  readonly makesSites?: boolean;
  /** Takes the place of `teams`. */
  readonly state?: SavedNetlify;
}

export interface TeamOption {
  readonly slug: string;
  /** Default `free`. */
  readonly plan?: NetlifyPlan;
  readonly sites?: readonly SiteOption[];
}

export interface SiteOption {
  readonly name: string;
  /** Default `main`. */
  readonly productionBranch?: string;
}

export interface NetlifyTokenGrant {
  readonly token: string;
  /** Slugs. */
  readonly teams: readonly string[];
}
