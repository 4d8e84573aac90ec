/** Who would get something of a silo. One that no spec has named before is approved by a person. */

import type { Silo } from "#silo/silo.ts";
import { imageSource } from "#spec/check-images.ts";

/** Of a merge, by silo: the recipients that none of `formerly` had. */
export function newRecipients(
  now: readonly Silo[],
  formerly: readonly Silo[],
  home: string,
): ReadonlyMap<string, readonly string[]> {
  const known = new Set(formerly.flatMap((silo) => recipientsOf(silo, home)));
  return new Map(
    now
      .map(
        (silo) => [silo.slug, recipientsOf(silo, home).filter((one) => !known.has(one))] as const,
      )
      .filter(([, found]) => found.length > 0),
  );
}

function recipientsOf({ spec }: Silo, home: string): readonly string[] {
  const repository = (spec.secrets.repository ?? home).toLowerCase();
  const images = Object.values(spec.devenv.services).map(({ image }) => imageSource(image));
  return [
    `the Fly organisation ${spec.devenv.fly_org}`,
    ...(repository === home.toLowerCase() ? [] : [`the repository ${repository}`]),
    ...(spec.netlify ? [`the Netlify site ${spec.netlify.site}`] : []),
    ...images.filter((source) => !ownSources.has(source)).map((source) => `images of ${source}`),
  ];
}

/** Of the images that are used unless a spec says otherwise. */
const ownSources: ReadonlySet<string> = new Set([
  "docker.io/supabase",
  "docker.io/postgrest",
  "docker.io/library",
]);
