/** Words for where secrets and variables live. */

import type { GitHubPlace } from "#world/github.ts";

export function placeText(repo: string, place: GitHubPlace): string {
  return place.kind === "repository" ? repo : `environment ${place.environment} of ${repo}`;
}
