/** The snapshots that data of a silo can be brought back from, also those of volumes that are only kept. */

import { appName, type ServiceName, serviceNames } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import type { FlyReads } from "#world/fly.ts";

export interface FoundSnapshot {
  readonly service: ServiceName;
  readonly volume: string;
  readonly region: string;
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
  /** Of what is stored, in bytes, where Fly says it. */
  readonly bytes: number | undefined;
}

/** Newest first. */
export async function readSnapshots(fly: FlyReads, silo: Silo): Promise<readonly FoundSnapshot[]> {
  const found = await Promise.all(serviceNames.map((service) => snapshotsOf(fly, silo, service)));
  return found.flat().sort((a, b) => (a.createdAt > b.createdAt ? -1 : 1));
}

async function snapshotsOf(
  fly: FlyReads,
  { slugs }: Silo,
  service: ServiceName,
): Promise<readonly FoundSnapshot[]> {
  const app = appName(slugs, service);
  const volumes = (await fly.listVolumes(app)) ?? [];
  const lists = await Promise.all(
    volumes.map(async ({ id: volume, region }) =>
      (await fly.listSnapshots(app, volume)).map(
        ({ id, status, created_at: createdAt, size: bytes }): FoundSnapshot => ({
          service,
          volume,
          region,
          id,
          status,
          createdAt,
          bytes,
        }),
      ),
    ),
  );
  return lists.flat();
}
