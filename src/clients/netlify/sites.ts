/** Sites and where they are shown. */

import { isApiError } from "#silo/errors.ts";
import type { NetlifySite } from "#world/netlify.ts";
import { list } from "../shape.ts";
import type { NetlifyCalls } from "./call.ts";
import {
  type DeployAnswer,
  readAddress,
  readBranch,
  readDeploy,
  readSite,
  type SiteAnswer,
} from "./shapes.ts";

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const pageSize = 100;
const mostPages = 100;

export async function findSite(
  calls: NetlifyCalls,
  site: string,
): Promise<NetlifySite | undefined> {
  const byId = idPattern.test(site) ? await siteById(calls, site) : undefined;
  return byId ?? (await siteByName(calls, site));
}

async function siteById(calls: NetlifyCalls, id: string): Promise<NetlifySite | undefined> {
  try {
    return await calls.call({
      operation: `read the site ${id}`,
      method: "GET",
      path: ["sites", id],
      effect: "read",
      read: ({ body }) => siteOf(readSite(body, "the site")),
    });
  } catch (error) {
    if (isApiError(error, "not_found")) return undefined;
    throw error;
  }
}

/** Netlify looks for a part of the name, so the one that is meant may be on any page. */
async function siteByName(calls: NetlifyCalls, name: string): Promise<NetlifySite | undefined> {
  const operation = `find the site ${name}`;
  for (let page = 1; page <= mostPages; page++) {
    const { found, hasMore } = await calls.call({
      operation,
      method: "GET",
      path: ["sites"],
      query: { name, page: String(page), per_page: String(pageSize) },
      effect: "read",
      read({ body, headers }) {
        const sites = list(readSite)(body, "the sites");
        const site = sites.find((candidate) => candidate.name === name);
        return { found: site && siteOf(site), hasMore: hasNext(headers) };
      },
    });
    if (found || !hasMore) return found;
  }
  throw calls.failure(operation, `the list has more than ${mostPages} pages`, "invalid");
}

function hasNext(headers: Headers): boolean {
  return /\brel="?next"?/.test(headers.get("link") ?? "");
}

function siteOf(answer: SiteAnswer): NetlifySite {
  const productionBranch = answer.build_settings?.repo_branch;
  return {
    id: answer.id,
    name: answer.name,
    accountId: answer.account_id,
    // A site of a domain of its own may have no certificate yet.
    url: readAddress(answer.ssl_url || answer.url || "", "the site's url", ["https:", "http:"]),
    ...(productionBranch && { productionBranch }),
  };
}

export async function branchUrl(
  calls: NetlifyCalls,
  site: NetlifySite,
  branch: string,
): Promise<string | undefined> {
  return (await deployedUrl(calls, site, branch)) ?? (await newestDeployUrl(calls, site, branch));
}

async function deployedUrl(
  calls: NetlifyCalls,
  site: NetlifySite,
  branch: string,
): Promise<string | undefined> {
  return calls.call({
    operation: `list the deployed branches of ${site.name}`,
    method: "GET",
    path: ["sites", site.id, "deployed-branches"],
    effect: "read",
    read({ body }) {
      const branches = list(readBranch)(body, "the branches");
      const url = branches.find(({ name }) => name === branch)?.ssl_url;
      return url && readAddress(url, "the branch's url");
    },
  });
}

async function newestDeployUrl(
  calls: NetlifyCalls,
  site: NetlifySite,
  branch: string,
): Promise<string | undefined> {
  return calls.call({
    operation: `list the deploys of ${site.name}`,
    method: "GET",
    path: ["sites", site.id, "deploys"],
    query: { branch, state: "ready", per_page: "10" },
    effect: "read",
    read({ body }) {
      const deploys = list(readDeploy)(body, "the deploys");
      const ready = deploys.find((row) => row.branch === branch && row.state === "ready");
      return ready && deployUrl(ready, site);
    },
  });
}

/**
 * Where a deploy is shown, as far as Netlify says. The `ssl_url` of a branch's deploy may be the
 * production's; that of a production deploy is the one that people know.
 */
export function deployUrl(
  { context, ssl_url, deploy_ssl_url }: DeployAnswer,
  site: NetlifySite,
): string | undefined {
  const ofSite = ssl_url === site.url ? undefined : ssl_url;
  const url = context === "production" ? ssl_url || deploy_ssl_url : deploy_ssl_url || ofSite;
  return url ? readAddress(url, "the deploy's url") : undefined;
}
