import { type Call, ok, param, queryText, type Reply } from "../call.ts";
import type { NetlifyCloud } from "../cloud.ts";
import { readyAfterMs } from "../deploy-times.ts";
import type { DeployRow, SiteRow, TeamRow } from "../entities.ts";
import { invalid, notFound } from "../errors.ts";
import { objectId } from "../ids.ts";
import { siteOf } from "../lookups.ts";
import { paged } from "../paging.ts";
import type { Route } from "../router.ts";
import { sees } from "../tokens.ts";
import { buildEnd } from "../typed-faults.ts";
import { buildView } from "../views.ts";

export const buildRoutes: readonly Route[] = [
  { method: "POST", path: "/sites/:site/builds", isCreation: true, run: startBuild },
  {
    method: "GET",
    path: "/sites/:site/builds",
    run: (call, cloud) =>
      paged(call, cloud.store.deploysOf(siteOf(call, cloud).site.id).map(buildView)),
  },
  { method: "GET", path: "/builds/:build", run: getBuild },
];

function startBuild(call: Call, cloud: NetlifyCloud): Reply {
  const { site, team } = siteOf(call, cloud);
  const branch = queryText(call, "branch") ?? site.productionBranch;
  if (branch.includes("fault-build-refused")) throw invalid(`Branch ${branch} cannot be built`);
  cloud.builds.take(site.id);
  const row = newDeploy(cloud, {
    site,
    team,
    branch,
    title: queryText(call, "title"),
    at: call.at,
  });
  cloud.store.deploys.set(row.id, row);
  return ok(buildView(row));
}

function newDeploy(
  cloud: NetlifyCloud,
  order: {
    readonly site: SiteRow;
    readonly team: TeamRow;
    readonly branch: string;
    readonly title: string | undefined;
    readonly at: number;
  },
): DeployRow {
  const { ids, times } = cloud;
  const { site, team, branch, title, at } = order;
  const startMs = Math.max(at + times.startMs, builderFreeMs(cloud, team));
  const end = buildEnd(branch);
  const tookMs = { ready: readyAfterMs(times), error: times.errorMs, timeout: times.timeoutMs };
  return {
    id: objectId(ids),
    buildId: objectId(ids),
    siteId: site.id,
    branch,
    ...(title !== undefined && { title }),
    sha: ids.hex(40),
    context: branch === site.productionBranch ? "production" : "branch-deploy",
    createdMs: at,
    startMs,
    end,
    endMs: startMs + tookMs[end],
    state: "new",
    updatedMs: at,
  };
}

/** A free team has one builder: its builds wait for each other. */
function builderFreeMs({ store }: NetlifyCloud, team: TeamRow): number {
  if (team.plan !== "free") return 0;
  const rows = [...store.deploys.values()];
  const ofTeam = rows.filter(({ siteId }) => store.sites.get(siteId)?.teamId === team.id);
  return Math.max(0, ...ofTeam.map(({ endMs }) => endMs));
}

function getBuild(call: Call, { store }: NetlifyCloud): Reply {
  const id = param(call, "build");
  const row = [...store.deploys.values()].find(({ buildId }) => buildId === id);
  const site = row && store.sites.get(row.siteId);
  const team = site && store.teams.get(site.teamId);
  if (!row || !team || !sees(call.token, team.slug)) throw notFound();
  return ok(buildView(row));
}
