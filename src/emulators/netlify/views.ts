/** Rows as the API shows them. What has no value is left out, as the document has no nulls. */

import { branchHost, branchSlug, siteHost } from "./branch-address.ts";
import type { DeployRow, SiteRow, TeamRow, VariableRow } from "./entities.ts";

const time = (ms: number) => new Date(ms).toISOString();

export function teamView(team: TeamRow) {
  return {
    id: team.id,
    name: team.name,
    slug: team.slug,
    type: team.plan === "free" ? "Starter" : "Pro",
    type_name: team.plan === "free" ? "Starter" : "Pro",
    roles_allowed: ["Owner", "Collaborator"],
    created_at: time(team.createdMs),
    updated_at: time(team.createdMs),
  };
}

export function siteView(site: SiteRow, team: TeamRow, published: DeployRow | undefined) {
  const host = siteHost(site.name);
  return {
    id: site.id,
    state: "current",
    name: site.name,
    url: `https://${host}`,
    ssl_url: `https://${host}`,
    admin_url: `https://app.netlify.com/sites/${site.name}`,
    ssl: true,
    created_at: time(site.createdMs),
    updated_at: time(published?.updatedMs ?? site.createdMs),
    account_id: team.id,
    account_name: team.name,
    account_slug: team.slug,
    build_settings: { repo_branch: site.productionBranch, stop_builds: false },
    ...(published && { published_deploy: deployView(published, site) }),
  };
}

export function variableView({ key, scopes, isSecret, values, updatedMs }: VariableRow) {
  return {
    key,
    // Requests spell it with a hyphen, answers do not.
    scopes: scopes.map((scope) => scope.replace("post-processing", "post_processing")),
    values: values.map(({ id, value, context, parameter }) => ({
      id,
      value: isSecret ? "*".repeat(16) : value,
      context,
      ...(parameter !== undefined && { context_parameter: parameter }),
    })),
    is_secret: isSecret,
    updated_at: time(updatedMs),
  };
}

const errorMessages = {
  error: "Build script returned non-zero exit code: 2",
  timeout: "Build exceeded maximum allowed runtime",
  ready: undefined,
} as const;

export function buildView(row: DeployRow) {
  const isError = row.state === "error";
  const message = errorMessages[row.end];
  return {
    id: row.buildId,
    deploy_id: row.id,
    sha: row.sha,
    done: isError || row.state === "ready",
    ...(isError && message !== undefined && { error: message }),
    created_at: time(row.createdMs),
  };
}

/** `url` and `ssl_url` are the site's, whichever branch it is. */
export function deployView(row: DeployRow, site: SiteRow) {
  const host = siteHost(site.name);
  const branch = branchHost(site.name, row.branch);
  const message = row.state === "error" ? errorMessages[row.end] : undefined;
  return {
    id: row.id,
    site_id: row.siteId,
    build_id: row.buildId,
    state: row.state,
    name: site.name,
    url: `https://${host}`,
    ssl_url: `https://${host}`,
    admin_url: `https://app.netlify.com/sites/${site.name}`,
    deploy_url: `http://${branch}`,
    deploy_ssl_url: `https://${branch}`,
    branch: row.branch,
    commit_ref: row.sha,
    context: row.context,
    ...(row.title !== undefined && { title: row.title }),
    ...(message !== undefined && { error_message: message }),
    ...(row.state === "ready" && { published_at: time(row.endMs) }),
    created_at: time(row.createdMs),
    updated_at: time(row.updatedMs),
  };
}

export function deployedBranchView(row: DeployRow, site: SiteRow) {
  const host = branchHost(site.name, row.branch);
  return {
    id: row.id,
    deploy_id: row.id,
    name: row.branch,
    slug: branchSlug(row.branch),
    url: `http://${host}`,
    ssl_url: `https://${host}`,
  };
}
