import { type Call, ok, queryText, type Reply } from "../call.ts";
import type { NetlifyCloud } from "../cloud.ts";
import { deployOf, siteOf } from "../lookups.ts";
import { paged } from "../paging.ts";
import type { Route } from "../router.ts";
import { deployView } from "../views.ts";

export const deployRoutes: readonly Route[] = [
  { method: "GET", path: "/sites/:site/deploys", run: listDeploys },
  { method: "GET", path: "/sites/:site/deploys/:deploy", run: getDeploy },
  { method: "GET", path: "/deploys/:deploy", run: getDeploy },
];

/** Newest first. */
function listDeploys(call: Call, cloud: NetlifyCloud): Reply {
  const { site } = siteOf(call, cloud);
  const branch = queryText(call, "branch");
  const state = queryText(call, "state");
  const isProduction = queryText(call, "production") === "true";
  const shown = cloud.store
    .deploysOf(site.id)
    .filter(
      (row) =>
        (branch === undefined || row.branch === branch) &&
        (state === undefined || row.state === state) &&
        (!isProduction || row.context === "production"),
    );
  return paged(
    call,
    shown.map((row) => deployView(row, site)),
  );
}

function getDeploy(call: Call, cloud: NetlifyCloud): Reply {
  const { deploy, site } = deployOf(call, cloud);
  return ok(deployView(deploy, site));
}
