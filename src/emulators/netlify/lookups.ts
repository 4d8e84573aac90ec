/** Rows that a call names, as far as its token sees them. Each throws a 404. */

import { type Call, param, queryText } from "./call.ts";
import type { NetlifyCloud } from "./cloud.ts";
import type { DeployRow, SiteRow, TeamRow, VariableRow } from "./entities.ts";
import { notFound } from "./errors.ts";
import { mustSee } from "./tokens.ts";

export function teamOf(call: Call, { store }: NetlifyCloud): TeamRow {
  return mustSee(call.token, store.team(param(call, "account")));
}

/** By id, or by the domain of the site. */
export function siteOf(call: Call, cloud: NetlifyCloud): { site: SiteRow; team: TeamRow } {
  return siteNamed(call, cloud, param(call, "site"));
}

export function deployOf(call: Call, cloud: NetlifyCloud): { deploy: DeployRow; site: SiteRow } {
  const deploy = cloud.store.deploys.get(param(call, "deploy"));
  if (deploy === undefined) throw notFound();
  const { site } = siteNamed(call, cloud, deploy.siteId);
  const named = call.params.site;
  if (named !== undefined && siteNamed(call, cloud, named).site !== site) throw notFound();
  return { deploy, site };
}

/** Where the call's variables are: at the site, or at the whole team when it names none. */
export function variablesOf(
  call: Call,
  cloud: NetlifyCloud,
): { team: TeamRow; variables: VariableRow[] } {
  const team = teamOf(call, cloud);
  const siteId = queryText(call, "site_id");
  if (siteId === undefined) return { team, variables: team.variables };
  const { site } = siteNamed(call, cloud, siteId);
  if (site.teamId !== team.id) throw notFound();
  return { team, variables: site.variables };
}

export function variableOf(call: Call, variables: readonly VariableRow[]): VariableRow {
  const key = param(call, "key");
  const found = variables.find((variable) => variable.key === key);
  if (found === undefined) throw notFound();
  return found;
}

function siteNamed(call: Call, { store }: NetlifyCloud, name: string) {
  const domain = ".netlify.app";
  const site = name.endsWith(domain)
    ? store.siteNamed(name.slice(0, -domain.length))
    : store.sites.get(name);
  if (site === undefined) throw notFound();
  return { site, team: mustSee(call.token, store.teams.get(site.teamId)) };
}
