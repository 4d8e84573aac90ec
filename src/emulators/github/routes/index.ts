/** Every call that the emulated REST API answers. */

import type { Route } from "../router.ts";
import { branchPolicyRoutes } from "./branch-policies.ts";
import { environmentRoutes } from "./environments.ts";
import { platformRoutes } from "./platform.ts";
import { secretRoutes } from "./secrets.ts";
import { variableRoutes } from "./variables.ts";

export const githubRoutes: readonly Route[] = [
  ...platformRoutes,
  ...secretRoutes,
  ...variableRoutes,
  ...environmentRoutes,
  ...branchPolicyRoutes,
];
