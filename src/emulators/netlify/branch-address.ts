/** Where a site and its branches are shown. */

const longestLabel = 63;

/** Lower case, everything else a hyphen. */
export function branchSlug(branch: string): string {
  return branch
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

export function siteHost(site: string): string {
  return `${site}.netlify.app`;
}

/** Long branch names are cut so that the label fits. */
export function branchHost(site: string, branch: string): string {
  const room = Math.max(1, longestLabel - site.length - 2);
  const prefix = branchSlug(branch).slice(0, room).replace(/-+$/, "");
  return siteHost(`${prefix}--${site}`);
}

export function deployHost(site: string, deployId: string): string {
  return siteHost(`${deployId}--${site}`);
}
