/** The end of a story without ids, times and generations of things: what two tellings must have alike. */

import type { Cloud } from "../support/a-cloud.ts";
import { appsOf, metadataOf, rowsOf, standing } from "./rows.ts";

export async function finalWorld(cloud: Cloud, slugs: readonly string[]): Promise<unknown> {
  const rows = await rowsOf(cloud);
  return Object.fromEntries(slugs.map((slug) => [slug, siloWorld(cloud, slug, rows)]));
}

function siloWorld(cloud: Cloud, slug: string, rows: Awaited<ReturnType<typeof rowsOf>>): unknown {
  const machines = appsOf(rows.machines, slug, ({ app }) => app);
  const volumes = appsOf(rows.volumes, slug, ({ app }) => app).filter(
    ({ deletedMs }) => deletedMs === undefined,
  );
  return {
    apps: Object.fromEntries(
      appsOf(rows.apps, slug, ({ name }) => name).map(({ name, ips, secrets }) => [
        name,
        { ips: ips.map(({ type }) => type).sort(), secrets: Object.keys(secrets).sort() },
      ]),
    ),
    machines: machines
      .map((machine) => {
        const metadata = metadataOf(machine);
        return {
          name: machine.name,
          state: machine.state === "started" ? "started" : "at rest",
          digest: metadata.silo_spec_digest,
          power: metadata.silo_power,
          env: Object.keys(machine.versions.at(-1)?.config.env ?? {}).sort(),
          generations: Object.keys(metadata).filter((key) => key.startsWith("silo_gen_")),
        };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    volumes: volumes
      .map(({ name, sizeGb, attachedTo }) => `${name} ${sizeGb} ${attachedTo ? "mounted" : "free"}`)
      .sort(),
    github: standingNames(cloud, slug),
  };
}

const standingNames = (cloud: Cloud, slug: string): readonly string[] =>
  [...standing(cloud, slug).keys()].sort();
