/** The insides of machines: what their processes get to see, and the workloads that run there. */

import type { FlyContainer, FlyFile, FlyMachineConfig } from "#wire/fly.ts";
import type {
  Boot,
  GuestContainer,
  GuestMachine,
  GuestVolume,
  Neighbourhood,
  Workload,
  WorkloadFor,
} from "../workload.ts";
import type { AppRow, MachineRow, VolumeRow } from "./entities.ts";
import { writeLog } from "./log-lines.ts";
import { currentConfig } from "./machine-config.ts";
import type { FlyStore } from "./store.ts";

export interface RunningGuest {
  readonly machine: GuestMachine;
  readonly workload: Workload;
}

/** Keeps virtual time still while real work is done; with a real clock it just waits. */
export type HoldTime = <T>(work: Promise<T>) => Promise<T>;

export class Guests {
  /** Apps whose programs hang: no check of theirs passes. */
  readonly hanging = new Set<string>();
  readonly #running = new Map<string, RunningGuest>();
  readonly #store: FlyStore;
  readonly #workloadFor: WorkloadFor;
  readonly #neighbours: () => Neighbourhood;
  readonly #holdTime: HoldTime;

  constructor(parts: {
    readonly store: FlyStore;
    readonly workloadFor: WorkloadFor;
    readonly neighbours: () => Neighbourhood;
    readonly holdTime: HoldTime;
  }) {
    this.#store = parts.store;
    this.#workloadFor = parts.workloadFor;
    this.#neighbours = parts.neighbours;
    this.#holdTime = parts.holdTime;
  }

  of(row: Pick<MachineRow, "id">): RunningGuest | undefined {
    return this.#running.get(row.id);
  }

  isRunning(row: MachineRow): boolean {
    return this.#running.has(row.id);
  }

  forget(row: MachineRow): void {
    this.#running.delete(row.id);
  }

  async boot(row: MachineRow): Promise<Boot> {
    const app = this.#store.apps.get(row.app);
    if (!app) return { kind: "exits", exitCode: 1, log: "the app is gone" };
    const guest = {
      machine: guestMachine(app, row, this.#store),
      workload: this.#workloadFor(currentConfig(row).image),
    };
    this.#running.set(row.id, guest);
    try {
      return await this.#holdTime(guest.workload.boot(guest.machine, this.#neighbours()));
    } catch (error) {
      return { kind: "exits", exitCode: 1, log: String(error) };
    }
  }

  async stop(row: MachineRow): Promise<void> {
    const guest = this.#running.get(row.id);
    if (!guest) return;
    this.#running.delete(row.id);
    await this.#holdTime(guest.workload.stop(guest.machine));
  }

  async discard(volume: VolumeRow): Promise<void> {
    if (volume.lastImage === undefined) return;
    await this.#holdTime(this.#workloadFor(volume.lastImage).discard(volume.id));
  }

  /** Of a volume that was copied block by block, or of a snapshot. */
  async copy(image: string | undefined, data: Map<string, string>, to: string): Promise<void> {
    if (image === undefined) return;
    await this.#holdTime(this.#workloadFor(image).copy?.(data, to) ?? Promise.resolve());
  }

  async stopAll(): Promise<void> {
    const guests = [...this.#running.values()];
    this.#running.clear();
    await Promise.all(guests.map(({ workload, machine }) => workload.stop(machine)));
  }
}

function guestMachine(app: AppRow, row: MachineRow, store: FlyStore): GuestMachine {
  const config = currentConfig(row);
  return {
    app: app.name,
    id: row.id,
    network: app.network,
    containers: containersOf(row, config),
    volume: volumeOf(config, store),
    log: (atMs, message) => writeLog(store, row, { atMs, level: "info", message }),
  };
}

function containersOf(row: MachineRow, config: FlyMachineConfig): readonly GuestContainer[] {
  const containers = config.containers ?? [];
  if (containers.length > 0) return containers.map((container) => guestContainer(row, container));
  const { exec, entrypoint, cmd } = config.init ?? {};
  return [
    {
      name: "main",
      image: config.image,
      env: { ...platformEnv(row), ...config.env, ...row.secrets },
      files: filesOf(config.files, row.secrets),
      command: commandOf(exec ?? [...(entrypoint ?? []), ...(cmd ?? [])]),
    },
  ];
}

/** A container sees the secrets it lists and no other. */
function guestContainer(row: MachineRow, container: FlyContainer): GuestContainer {
  const secrets: Record<string, string> = {};
  for (const { env_var, name } of container.secrets ?? []) {
    const value = row.secrets[name ?? env_var];
    if (value !== undefined) secrets[env_var] = value;
  }
  return {
    name: container.name,
    image: container.image,
    env: { ...platformEnv(row), ...container.env, ...secrets },
    files: filesOf(container.files, row.secrets),
    command: commandOf([...(container.entrypoint ?? []), ...(container.cmd ?? [])]),
  };
}

function platformEnv(row: MachineRow): Record<string, string> {
  return {
    FLY_APP_NAME: row.app,
    FLY_MACHINE_ID: row.id,
    FLY_MACHINE_VERSION: row.version,
    FLY_PRIVATE_IP: row.privateIp,
    FLY_REGION: row.region,
  };
}

function filesOf(
  files: readonly FlyFile[] | undefined,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { guest_path, raw_value, secret_name } of files ?? []) {
    const base64 = secret_name === undefined ? raw_value : secrets[secret_name];
    if (base64 !== undefined) texts[guest_path] = Buffer.from(base64, "base64").toString("utf8");
  }
  return texts;
}

function volumeOf(config: FlyMachineConfig, store: FlyStore): GuestVolume | undefined {
  const mount = config.mounts?.[0];
  const volume = mount && store.volumes.get(mount.volume);
  if (!mount || !volume) return undefined;
  return { id: volume.id, path: mount.path, sizeGb: volume.sizeGb, data: volume.data };
}

function commandOf(words: readonly string[]): readonly string[] | undefined {
  return words.length === 0 ? undefined : words;
}
