/** One Postgres data folder: real behind a PostgresHost, else a model in the volume's data. */

import type { RunningDatabase } from "../postgres/database.ts";
import { createRoleModel, hasRoleModel, roleModel } from "../postgres/role-model.ts";
import type { GuestVolume } from "../workload.ts";
import type { Guest } from "./program.ts";

export interface Cluster {
  readonly id: string;
  /** What the volume keeps, or the machine's own memory when the folder is not on a volume. */
  readonly data: Map<string, string>;
}

export async function openDatabase(guest: Guest, { id, data }: Cluster): Promise<RunningDatabase> {
  if (guest.postgres) return guest.postgres.start(id);
  if (!hasRoleModel(data)) createRoleModel(data, "bare");
  // A new object each boot: whoever was connected to the last one is not connected to this.
  return { ...roleModel(data, () => guest.clock.now()), address: undefined };
}

/** The id of what a volume holds outlives the volume's own id, which Fly changes on a move. */
export function clusterOf(volume: GuestVolume): string {
  const known = volume.data.get("cluster");
  if (known === undefined) volume.data.set("cluster", volume.id);
  return known ?? volume.id;
}
