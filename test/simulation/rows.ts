/** What the emulated Fly really holds, past limits and late lists. */

import type { AppRow, MachineRow, VolumeRow } from "#emulators/fly/entities.ts";
import type { Cloud } from "../support/a-cloud.ts";

export interface Rows {
  readonly apps: readonly AppRow[];
  /** Without destroyed ones. */
  readonly machines: readonly MachineRow[];
  /** Deleted ones, too. */
  readonly volumes: readonly VolumeRow[];
}

export async function rowsOf({ fly }: Pick<Cloud, "fly">): Promise<Rows> {
  // Transitions that are due happen when somebody looks.
  await fly.fetch("http://fly.local/v1/platform/regions", {
    headers: { authorization: "Bearer x" },
  });
  const { apps, machines, volumes } = fly.save() as unknown as Rows;
  return {
    apps,
    machines: machines.filter(({ destroyedMs }) => destroyedMs === undefined),
    volumes,
  };
}

export const appsOf = <T>(
  rows: readonly T[],
  slug: string,
  app: (row: T) => string,
): readonly T[] => rows.filter((row) => app(row).startsWith(`devenv-${slug}-`));

export const metadataOf = ({ versions }: MachineRow): Readonly<Record<string, string>> =>
  versions.at(-1)?.config.metadata ?? {};

/** The silos' own repository. */
export const repository = "somtech/silos";

/** What of the silo stands on GitHub: `place: NAME` → value. */
export function standing({ github }: Cloud, slug: string): ReadonlyMap<string, string> {
  const words = slug.replaceAll("-", "_").toUpperCase();
  const places = ["repository", `silo-${slug}-devops`, `silo-${slug}-security-auditor`];
  return new Map(
    places.flatMap((place) => {
      const seen = github?.reveal(
        repository,
        place === "repository" ? place : { environment: place },
      );
      const values = [...(seen?.secrets ?? []), ...(seen?.variables ?? [])];
      return values
        .filter(([name]) => name.includes(words))
        .map(([name, value]): [string, string] => [`${place}: ${name}`, value]);
    }),
  );
}
