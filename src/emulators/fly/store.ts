/** The rows, their indexes, and their way to JSON and back. Knows no rule of the API. */

import type {
  AppRow,
  CpuWorkRow,
  LogLine,
  LongRequestRow,
  MachineRow,
  TrafficRow,
  VolumeRow,
} from "./entities.ts";

/** Everything an emulator remembers, as JSON. Holds the values of the emulated secrets. */
export interface SavedFly {
  readonly format: 1;
  /** State of the random names. */
  readonly random: number;
  /** When it was saved: a virtual clock goes on from here. */
  readonly atMs: number;
  readonly apps: readonly unknown[];
  readonly machines: readonly unknown[];
  readonly volumes: readonly unknown[];
  readonly traffic: readonly unknown[];
}

/** Without what was destroyed or deleted. */
export interface LivingRows {
  readonly apps: readonly Readonly<AppRow>[];
  readonly machines: readonly Readonly<MachineRow>[];
  readonly volumes: readonly Readonly<VolumeRow>[];
}

export class FlyStore {
  readonly apps = new Map<string, AppRow>();
  readonly machines = new Map<string, MachineRow>();
  readonly volumes = new Map<string, VolumeRow>();
  readonly traffic = new Map<string, TrafficRow[]>();
  /** Forgotten with the process, as what answers them is. */
  readonly longRequests: LongRequestRow[] = [];
  readonly cpuWork: CpuWorkRow[] = [];
  readonly logs = { written: 0, byApp: new Map<string, LogLine[]>() };
  readonly #appsOn = new Map<string, Set<AppRow>>();
  readonly #machinesOf = new Map<string, Set<MachineRow>>();
  readonly #volumesOf = new Map<string, Set<VolumeRow>>();

  living(): LivingRows {
    return {
      apps: [...this.apps.values()],
      machines: [...this.machines.values()].filter(({ destroyedMs }) => destroyedMs === undefined),
      volumes: [...this.volumes.values()].filter(({ deletedMs }) => deletedMs === undefined),
    };
  }

  addApp(row: AppRow): void {
    this.apps.set(row.name, row);
    grouped(this.#appsOn, networkKey(row.org, row.network)).add(row);
  }

  removeApp(row: AppRow): void {
    this.apps.delete(row.name);
    this.#appsOn.get(networkKey(row.org, row.network))?.delete(row);
  }

  addMachine(row: MachineRow): void {
    this.machines.set(row.id, row);
    grouped(this.#machinesOf, row.app).add(row);
  }

  addVolume(row: VolumeRow): void {
    this.volumes.set(row.id, row);
    grouped(this.#volumesOf, row.app).add(row);
  }

  /** Destroyed ones included, oldest first. */
  machinesOf(app: string): readonly MachineRow[] {
    return [...(this.#machinesOf.get(app) ?? [])];
  }

  /** Deleted ones included, oldest first. */
  volumesOf(app: string): readonly VolumeRow[] {
    return [...(this.#volumesOf.get(app) ?? [])];
  }

  appsOf(org: string): readonly AppRow[] {
    return [...this.apps.values()].filter((app) => app.org === org);
  }

  /** A volume got a new id: its host changed. */
  renameVolume(row: VolumeRow, id: string): void {
    this.volumes.delete(row.id);
    row.id = id;
    this.volumes.set(id, row);
  }

  /** Some app on the network, by which it is known to exist. */
  appOn(org: string, network: string): AppRow | undefined {
    return this.#appsOn.get(networkKey(org, network))?.values().next().value;
  }

  save(moment: Pick<SavedFly, "random" | "atMs">): SavedFly {
    return JSON.parse(
      JSON.stringify(
        {
          format: 1,
          ...moment,
          apps: [...this.apps.values()],
          machines: [...this.machines.values()],
          volumes: [...this.volumes.values()],
          traffic: [...this.traffic],
        },
        (_key, value) => (value instanceof Map ? { $map: [...value] } : value),
      ),
    ) as SavedFly;
  }

  load(saved: SavedFly): void {
    const rows = JSON.parse(JSON.stringify(saved), (_key, value) =>
      isSavedMap(value) ? new Map(value.$map) : value,
    ) as {
      apps: AppRow[];
      machines: MachineRow[];
      volumes: VolumeRow[];
      traffic: [string, TrafficRow[]][];
    };
    for (const app of rows.apps) this.addApp(app);
    for (const machine of rows.machines) this.addMachine({ ...machine, runs: machine.runs ?? [] });
    for (const volume of rows.volumes) this.addVolume(volume);
    for (const [app, traffic] of rows.traffic) this.traffic.set(app, traffic);
  }
}

function grouped<T>(groups: Map<string, Set<T>>, key: string): Set<T> {
  const found = groups.get(key);
  if (found) return found;
  const made = new Set<T>();
  groups.set(key, made);
  return made;
}

function networkKey(org: string, network: string): string {
  return `${org}/${network}`;
}

function isSavedMap(value: unknown): value is { $map: [string, string][] } {
  return (
    typeof value === "object" && value !== null && "$map" in value && Array.isArray(value.$map)
  );
}
