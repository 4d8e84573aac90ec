/** What a test or a demo does to the cloud from behind. */

import type { Cloud } from "./cloud.ts";
import type { MetricFaults } from "./metrics/series.ts";
import { migrateHost } from "./migration.ts";

export interface FlyControl {
  /** What runs in the machines of an app hangs, or no longer does: its checks tell. */
  setHanging(app: string, isHanging: boolean): void;
  /** Moves a machine to another host: volume id and 6PN address change. */
  migrateHost(app: string, machineId: string): Promise<void>;
  /** A host that is not `ok` hides the config of its machines. */
  setHostStatus(
    app: string,
    machineId: string,
    status: "ok" | "unknown" | "unreachable",
  ): Promise<void>;
  /** Makes a machine compute from now on: a share of one CPU. */
  compute(machineId: string, share: number, ms: number): void;
  /** A request that a machine takes so long to answer. */
  keepOpen(machineId: string, ms: number): void;
  /** How metrics are disturbed; may be changed at any time. */
  readonly metrics: MetricFaults;
}

export function createControl(cloud: Cloud): FlyControl {
  const { clock, store, guests, life } = cloud;
  const machine = async (app: string, id: string) => {
    await life.settle();
    const row = store.machines.get(id);
    if (row?.app !== app) throw new Error(`App ${app} has no machine ${id}`);
    return row;
  };
  const fromNow = (ms: number) => ({ fromMs: clock.now(), toMs: clock.now() + ms });
  return {
    setHanging(app, isHanging) {
      if (isHanging) guests.hanging.add(app);
      else guests.hanging.delete(app);
    },
    async migrateHost(app, id) {
      migrateHost(await machine(app, id), cloud, clock.now());
    },
    async setHostStatus(app, id, status) {
      const row = await machine(app, id);
      row.hostStatus = status;
      life.touch(row, clock.now());
    },
    compute(instance, share, ms) {
      store.cpuWork.push({ instance, share, ...fromNow(ms) });
    },
    keepOpen(instance, ms) {
      store.longRequests.push({ instance, ...fromNow(ms) });
    },
    metrics: cloud.metricFaults,
  };
}
