/** The rows and their way to JSON and back. Knows no rule of the API. */

import type { DeployRow, SiteRow, TeamRow } from "./entities.ts";

/** Everything an emulator remembers, as JSON. Holds the values of the emulated variables. */
export interface SavedNetlify {
  readonly format: 1;
  /** State of the random ids. */
  readonly random: number;
  /** When it was saved: a virtual clock goes on from here. */
  readonly atMs: number;
  readonly teams: readonly TeamRow[];
  readonly sites: readonly SiteRow[];
  readonly deploys: readonly DeployRow[];
}

export class NetlifyStore {
  readonly teams = new Map<string, TeamRow>();
  readonly sites = new Map<string, SiteRow>();
  /** Oldest first. */
  readonly deploys = new Map<string, DeployRow>();

  /** By slug or id. */
  team(name: string): TeamRow | undefined {
    return this.teams.get(name) ?? [...this.teams.values()].find(({ slug }) => slug === name);
  }

  siteNamed(name: string): SiteRow | undefined {
    return [...this.sites.values()].find((site) => site.name === name);
  }

  /** Newest first. */
  deploysOf(siteId: string): readonly DeployRow[] {
    return [...this.deploys.values()].filter((row) => row.siteId === siteId).reverse();
  }

  /** The newest deploy of a branch that is done: what its address shows. */
  published(siteId: string, branch: string): DeployRow | undefined {
    return this.deploysOf(siteId).find((row) => row.branch === branch && row.state === "ready");
  }

  save(moment: Pick<SavedNetlify, "random" | "atMs">): SavedNetlify {
    return structuredClone({
      format: 1,
      ...moment,
      teams: [...this.teams.values()],
      sites: [...this.sites.values()],
      deploys: [...this.deploys.values()],
    });
  }

  load(saved: SavedNetlify): void {
    const { teams, sites, deploys } = structuredClone(saved);
    for (const team of teams) this.teams.set(team.id, team);
    for (const site of sites) this.sites.set(site.id, site);
    for (const deploy of deploys) this.deploys.set(deploy.id, deploy);
  }
}
