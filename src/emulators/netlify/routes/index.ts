import type { Route } from "../router.ts";
import { accountRoutes } from "./accounts.ts";
import { buildRoutes } from "./builds.ts";
import { deployRoutes } from "./deploys.ts";
import { siteRoutes } from "./sites.ts";
import { variableRoutes } from "./variables.ts";

/** The part of the API that is emulated; everything else answers 404. */
export const netlifyRoutes: readonly Route[] = [
  ...accountRoutes,
  ...variableRoutes,
  ...buildRoutes,
  ...deployRoutes,
  // Last: `/:account/sites` would match other paths.
  ...siteRoutes,
];
