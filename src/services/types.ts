/** What a service is, as data. Names, order, cost, routes, files and health are derived from it. */

import type { Credentials } from "#silo/credentials.ts";
import type { ServiceName } from "#silo/names.ts";
import type { Secret } from "#silo/secret.ts";
import type { Silo } from "#silo/silo.ts";
import type { FlyGuest, FlyIpType, FlyMachineConfig } from "#wire/fly.ts";

export interface VolumeNeed {
  /** `[a-z0-9_]`, at most 30 characters. */
  readonly name: string;
  /** Where it is mounted: the parent of the data folder, because a fresh volume is not empty. */
  readonly path: string;
  readonly sizeGb: number;
}

/** A request through Kong that must answer 2xx before the silo counts as usable. */
export interface ReadyProbe {
  readonly path: string;
}

export interface ServiceDefinition {
  readonly name: ServiceName;
  /** Services that must be healthy before this one is started; all of them stop after it. */
  readonly after: readonly ServiceName[];
  isEnabled(silo: Silo): boolean;
  guest(silo: Silo): FlyGuest;
  image(silo: Silo): string;
  /** Addresses of the app; `private_v6` is always on the silo's own network. */
  ips(silo: Silo): readonly FlyIpType[];
  volume(silo: Silo): VolumeNeed | undefined;
  /** Names of the app secrets, known without any key. */
  secretNames(silo: Silo): readonly string[];
  /** Values for exactly `secretNames`; `extra` holds the values of `secret_env` by name. */
  secrets(
    silo: Silo,
    credentials: Credentials,
    extra: Readonly<Record<string, Secret>>,
  ): Readonly<Record<string, Secret>>;
  /** The machine, complete but for `metadata` and `mounts[].volume`; holds no secret. */
  machine(silo: Silo): Omit<FlyMachineConfig, "metadata" | "mounts">;
  readonly ready: readonly ReadyProbe[];
  /**
   * Variables that say where its data is, with the values (absent: not set) under which our machine
   * finds the data of another one on the same volume.
   */
  readonly dataEnv?: Readonly<Record<string, readonly (string | undefined)[]>>;
}
