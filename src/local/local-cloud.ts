/** The embedded cloud on loopback ports, and the environment that points the commands at it. */

import type { FaultPlan } from "#emulators/faults.ts";
import { createFlyEmulator, type FlyEmulator } from "#emulators/fly/emulator.ts";
import type { SavedFly } from "#emulators/fly/store.ts";
import { listen } from "#emulators/listen.ts";
import { createWorkloads } from "#emulators/workloads/index.ts";
import type { Clock } from "#world/effects.ts";

export interface LocalCloudOptions {
  readonly clock: Clock;
  /** Of the API; 0 takes a free one. */
  readonly port: number;
  readonly latency: "none" | "fly";
  readonly seed: number;
  readonly orgs: readonly string[];
  readonly faults: FaultPlan;
  readonly state: SavedFly | undefined;
  /** Folder for the data of real PostgreSQL servers; without it a small model of roles answers. */
  readonly postgresDir: string | undefined;
}

export interface LocalCloud {
  readonly fly: FlyEmulator;
  readonly urls: { readonly fly_api: string; readonly fly_public: string };
  /** What the commands need to use this cloud and no other. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { clock, latency, seed, orgs, faults, state } = options;
  const postgres = options.postgresDir && (await realPostgres(options.postgresDir));
  const fly = createFlyEmulator({
    clock,
    latency,
    seed,
    orgs,
    faults,
    ...(state && { state }),
    workloadFor: createWorkloads({ clock, ...(postgres && { postgres }) }),
  });
  const server = await listen(fly, { port: options.port });
  return {
    fly,
    urls: { fly_api: server.apiUrl, fly_public: server.proxyUrl },
    environment: {
      FLY_API_TOKEN: "local",
      FLY_API_BASE_URL: server.apiUrl,
      FLY_PUBLIC_URL: server.proxyUrl,
    },
    close: async () => {
      await server.close();
      await fly.close();
      if (postgres) await postgres.close();
    },
  };
}

/** Loaded only when asked for: the package is optional and large. */
async function realPostgres(dataDir: string) {
  const { createPostgresHost } = await import("#emulators/postgres/host.ts");
  return createPostgresHost({ dataDir });
}
