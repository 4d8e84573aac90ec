/** Whether each site that a spec names can be reached. */

import type { Silo } from "#silo/silo.ts";
import type { NetlifyReads } from "#world/netlify.ts";
import type { Check, Finding } from "./types.ts";

/** A label of a host name. */
const longestLabel = 63;

export const netlifySites: Check = {
  name: "netlify-sites",
  async run({ netlify, selected }) {
    const withSite = selected.filter(({ spec }) => spec.netlify !== undefined);
    if (withSite.length === 0) return [];
    if ("closed" in netlify) return [netlify.closed];
    return Promise.all(withSite.map((silo) => siteOf(silo, netlify.open)));
  },
};

async function siteOf({ slug, file, spec }: Silo, reads: NetlifyReads): Promise<Finding> {
  const { site = "", branch = "" } = spec.netlify ?? {};
  const found = await reads.findSite(site);
  if (!found) {
    return {
      about: slug,
      verdict: "failed",
      text: `the token of Netlify shows no site ${site}`,
      fix: `correct netlify.site in ${file}, or set NETLIFY_AUTH_TOKEN to a token of the team that owns it`,
    };
  }
  const label = `${branch}--${found.name}`;
  if (label.length > longestLabel) {
    const text = `${label} is longer than ${longestLabel} characters, so Netlify shortens the branch in its URL`;
    const fix = "shorter names of site or branch; the preview URL is the one that Netlify gives";
    return { about: slug, verdict: "warning", text, fix };
  }
  return { about: slug, verdict: "ok", text: `its site ${found.name} can be reached` };
}
