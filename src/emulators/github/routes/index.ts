/** Every call that the emulated REST API answers. */

import type { Route } from "../router.ts";
import { branchPolicyRoutes } from "./branch-policies.ts";
import { branchRoutes } from "./branches.ts";
import { commentRoutes } from "./comments.ts";
import { compareRoutes } from "./compare.ts";
import { contentRoutes } from "./contents.ts";
import { deploymentStatusRoutes } from "./deployment-statuses.ts";
import { deploymentRoutes } from "./deployments.ts";
import { dispatchRoutes } from "./dispatches.ts";
import { environmentRoutes } from "./environments.ts";
import { gitDataRoutes } from "./git-data.ts";
import { issueRoutes } from "./issues.ts";
import { peopleRoutes } from "./people.ts";
import { platformRoutes } from "./platform.ts";
import { pullRoutes } from "./pulls.ts";
import { refRoutes } from "./refs.ts";
import { secretRoutes } from "./secrets.ts";
import { statusRoutes } from "./statuses.ts";
import { variableRoutes } from "./variables.ts";

/** The first that fits: fixed words stand before parameters. */
export const githubRoutes: readonly Route[] = [
  ...platformRoutes,
  ...peopleRoutes,
  ...secretRoutes,
  ...variableRoutes,
  ...environmentRoutes,
  ...branchPolicyRoutes,
  ...deploymentRoutes,
  ...deploymentStatusRoutes,
  ...commentRoutes,
  ...issueRoutes,
  ...pullRoutes,
  ...compareRoutes,
  ...statusRoutes,
  ...refRoutes,
  ...gitDataRoutes,
  ...contentRoutes,
  ...dispatchRoutes,
  ...branchRoutes,
];
