/** Everything that `silo doctor` looks at, in the order in which it is told. */

import { flyOrganisations } from "./fly-organisations.ts";
import { flyRegions } from "./fly-regions.ts";
import { flyToken } from "./fly-token.ts";
import { githubBranch } from "./github-branch.ts";
import { githubGates } from "./github-gates.ts";
import { githubLimits } from "./github-limits.ts";
import { githubToken } from "./github-token.ts";
import { keysCheck } from "./keys.ts";
import { lastRun } from "./last-run.ts";
import { netlifySites } from "./netlify-sites.ts";
import { postgresLoopback } from "./postgres-loopback.ts";
import { rowSecurity } from "./row-security.ts";
import { silosCheck } from "./silos.ts";
import type { Check } from "./types.ts";

export const checks: readonly Check[] = [
  flyToken,
  flyOrganisations,
  flyRegions,
  postgresLoopback,
  githubToken,
  githubGates,
  githubBranch,
  githubLimits,
  netlifySites,
  keysCheck,
  silosCheck,
  rowSecurity,
  lastRun,
];
