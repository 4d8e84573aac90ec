/** A host fails or is emptied: the machine moves, and what named its place changes. */

import type { Cloud } from "./cloud.ts";
import type { MachineRow } from "./entities.ts";
import { recordVolumeView } from "./org-view.ts";

/** New host, new 6PN address, new volume id. The machine keeps id, name, version and data. */
export function migrateHost(
  row: MachineRow,
  { store, ids, life, orgListLagMs }: Pick<Cloud, "store" | "ids" | "life" | "orgListLagMs">,
  at: number,
): void {
  const app = store.apps.get(row.app);
  row.host = ids.host(row.region);
  row.privateIp = ids.privateIp(app?.networkPrefix ?? "0:0");
  for (const volume of store.volumesOf(row.app)) {
    if (volume.attachedTo !== row.id) continue;
    const before = volume.id;
    store.renameVolume(volume, ids.volume());
    volume.host = row.host;
    recordVolumeView(volume, orgListLagMs, at);
    for (const version of row.versions) {
      const mounts = version.config.mounts?.map((mount) =>
        mount.volume === before ? { ...mount, volume: volume.id } : mount,
      );
      if (mounts) version.config = { ...version.config, mounts };
    }
  }
  life.touch(row, at);
}
