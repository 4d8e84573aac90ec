/** The public side: a built frontend that tells with which variables it was built. */

import { branchHost, deployHost, siteHost } from "./branch-address.ts";
import type { NetlifyCloud } from "./cloud.ts";
import type { DeployRow, SiteRow } from "./entities.ts";
import { settle } from "./settle.ts";

/** `https://prod--acme-erp.netlify.app/`, or the same name below `localhost`, by URL or Host. */
export function answerFrontend(cloud: NetlifyCloud, request: Request): Response {
  settle(cloud);
  const host = request.headers.get("host") ?? new URL(request.url).host;
  const name = host.replace(/:\d+$/, "").replace(/\.localhost$/, "");
  const found = shownAt(cloud, name);
  if (!found) return new Response("Not Found\n", { status: 404 });
  const { site, deploy } = found;
  return Response.json({
    site: site.name,
    branch: deploy.branch,
    deploy_id: deploy.id,
    environment: deploy.environment ?? {},
  });
}

function shownAt(
  { store }: NetlifyCloud,
  host: string,
): { site: SiteRow; deploy: DeployRow } | undefined {
  for (const site of store.sites.values()) {
    const done = store.deploysOf(site.id).filter(({ state }) => state === "ready");
    const deploy = done.find(
      (row) =>
        host === branchHost(site.name, row.branch) ||
        host === deployHost(site.name, row.id) ||
        (host === siteHost(site.name) && row.context === "production"),
    );
    if (deploy) return { site, deploy };
  }
  return undefined;
}
