import { addSite } from "../add-site.ts";
import { type Call, ok, queryText, type Reply } from "../call.ts";
import type { NetlifyCloud } from "../cloud.ts";
import type { SiteRow } from "../entities.ts";
import { invalid } from "../errors.ts";
import { siteOf, teamOf } from "../lookups.ts";
import { paged } from "../paging.ts";
import type { Route } from "../router.ts";
import { sees } from "../tokens.ts";
import { deployedBranchView, siteView } from "../views.ts";

export const siteRoutes: readonly Route[] = [
  { method: "GET", path: "/sites", run: listSites },
  {
    method: "GET",
    path: "/sites/:site",
    run: (call, cloud) => ok(viewOf(siteOf(call, cloud).site, cloud)),
  },
  { method: "GET", path: "/sites/:site/deployed-branches", run: listDeployedBranches },
  {
    method: "GET",
    path: "/:account/sites",
    run(call, cloud) {
      const team = teamOf(call, cloud);
      return paged(
        call,
        named(call, cloud, (site) => site.teamId === team.id),
      );
    },
  },
];

/** `guest` means sites of teams that the caller is no member of: there are none here. */
function listSites(call: Call, cloud: NetlifyCloud): Reply {
  const filter = queryText(call, "filter") ?? "all";
  if (!["all", "owner", "guest"].includes(filter)) throw invalid("filter is not known");
  if (cloud.makesSites) makeSite(call, cloud);
  const { store } = cloud;
  const isSeen = ({ teamId }: SiteRow) =>
    filter !== "guest" && sees(call.token, store.teams.get(teamId)?.slug ?? "");
  return paged(call, named(call, cloud, isSeen));
}

/** For a cloud that knows no specs and is to serve them all. */
function makeSite(call: Call, cloud: NetlifyCloud): void {
  const name = queryText(call, "name");
  const [team] = cloud.store.teams.values();
  if (name && team && !cloud.store.siteNamed(name)) addSite(cloud, team.id, { name });
}

/** The name is looked for anywhere in a site's name. */
function named(call: Call, cloud: NetlifyCloud, isMeant: (site: SiteRow) => boolean) {
  const name = queryText(call, "name") ?? "";
  return [...cloud.store.sites.values()]
    .filter((site) => isMeant(site) && site.name.includes(name))
    .map((site) => viewOf(site, cloud));
}

function viewOf(site: SiteRow, { store }: NetlifyCloud) {
  const team = store.teams.get(site.teamId);
  if (team === undefined) throw new Error(`Site ${site.name} has no team`);
  return siteView(site, team, store.published(site.id, site.productionBranch));
}

function listDeployedBranches(call: Call, cloud: NetlifyCloud): Reply {
  const { site } = siteOf(call, cloud);
  const { store } = cloud;
  const branches = new Set(store.deploysOf(site.id).map(({ branch }) => branch));
  const shown = [...branches].flatMap((branch) => store.published(site.id, branch) ?? []);
  return ok(shown.map((row) => deployedBranchView(row, site)));
}
