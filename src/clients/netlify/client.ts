/** The client of Netlify's API: `NetlifyWrites` over an injected fetch and clock. */

import type { NetlifyWrites } from "#world/netlify.ts";
import { getDeploy, startBuild } from "./builds.ts";
import { createNetlifyCalls } from "./call.ts";
import { deleteValue } from "./delete-value.ts";
import { putValue } from "./put-value.ts";
import type { NetlifyClientOptions } from "./request.ts";
import { branchUrl, findSite } from "./sites.ts";
import { listValues } from "./variables.ts";

export type { NetlifyClientOptions } from "./request.ts";

/** Throws `Refused` when the token cannot be one. */
export function createNetlifyClient(options: NetlifyClientOptions): NetlifyWrites {
  const calls = createNetlifyCalls(options);
  return {
    findSite: (site) => findSite(calls, site),
    listValues: (site, key) => listValues(calls, site, key),
    branchUrl: (site, branch) => branchUrl(calls, site, branch),
    getDeploy: (site, deployId) => getDeploy(calls, site, deployId),
    putValue: (site, key, branch, value) => putValue(calls, { site, key, branch, value }),
    deleteValue: (site, key, branch) => deleteValue(calls, { site, key, branch }),
    startBuild: (site, branch, title) => startBuild(calls, { site, branch, title }),
  };
}
