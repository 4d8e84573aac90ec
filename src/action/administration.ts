/** Whether a plan makes or removes environments, for which a token needs `administration: write`. */

import { ownerOf } from "#commands/owner.ts";
import type { GitHubConnection, Specs } from "#commands/types.ts";
import type { Plan } from "#engine/plan.ts";

/** What cannot be seen may be missing: true. */
export async function needsAdministration(
  { github, repository }: GitHubConnection,
  specs: Specs,
  { silos }: Plan,
): Promise<boolean> {
  const names = (of: string) => specs.silos.filter(({ slug }) => slug === of);
  const handsOut = silos.filter(({ steps }) => steps.some(({ kind }) => kind === "github-write"));
  const removes = silos.some(
    ({ intent, steps }) =>
      intent === "destroy" && steps.some(({ kind }) => kind === "github-withdraw"),
  );
  if (removes) return true;
  const wanted = new Map<string, Set<string>>();
  for (const { silo } of handsOut) {
    for (const found of names(silo)) {
      const delivery = ownerOf(found, specs).delivery;
      const places = (delivery?.places ?? []).flatMap(({ place }) =>
        place.kind === "environment" ? [place.environment.toLowerCase()] : [],
      );
      const home = delivery?.repository ?? repository;
      wanted.set(home, new Set([...(wanted.get(home) ?? []), ...places]));
    }
  }
  for (const [home, environments] of wanted) {
    try {
      const there = new Set(
        (await github.listEnvironments(home)).map((name) => name.toLowerCase()),
      );
      if ([...environments].some((name) => !there.has(name))) return true;
    } catch {
      return true;
    }
  }
  return false;
}
