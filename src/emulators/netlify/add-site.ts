import type { NetlifyCloud } from "./cloud.ts";
import { uuid } from "./ids.ts";
import type { SiteOption } from "./options.ts";

/** Names are global, as the domain is. */
export function addSite(cloud: NetlifyCloud, teamId: string, option: SiteOption): void {
  const { name, productionBranch = "main" } = option;
  if (cloud.store.siteNamed(name)) throw new Error(`Site ${name} is there already`);
  const id = uuid(cloud.ids);
  const createdMs = cloud.clock.now();
  cloud.store.sites.set(id, { id, name, teamId, productionBranch, createdMs, variables: [] });
}
