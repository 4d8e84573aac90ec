/** The embedded cloud on loopback ports, and the environment that points the commands at it. */

import type { FaultPlan } from "#emulators/faults.ts";
import { createFlyEmulator, type FlyEmulator } from "#emulators/fly/emulator.ts";
import type { SavedFly } from "#emulators/fly/store.ts";
import { createGitHubEmulator, type GitHubEmulator } from "#emulators/github/emulator.ts";
import type { RepositorySeed } from "#emulators/github/options.ts";
import type { SavedGitHub } from "#emulators/github/saved.ts";
import { listen, listenToApi } from "#emulators/listen.ts";
import { listenToPostgres } from "#emulators/listen-postgres.ts";
import { createNetlifyEmulator } from "#emulators/netlify/emulator.ts";
import type { SavedNetlify } from "#emulators/netlify/store.ts";
import { createWorkloads } from "#emulators/workloads/index.ts";
import type { Clock } from "#world/effects.ts";

/** Holds the silos, as far as the emulated GitHub knows; its default branch asks for a review of code owners. */
export const localRepository = "local/silos";

const localSilos: RepositorySeed = {
  name: localRepository,
  rules: [{ kind: "ruleset", branch: "main", requiredReviews: 1, codeOwners: true }],
  files: { "README.md": "# silos\n", ".github/CODEOWNERS": "* @local/devops\n" },
};

export interface LocalCloudOptions {
  readonly clock: Clock;
  /** Of the API; 0 takes a free one. */
  readonly port: number;
  readonly latency: "none" | "fly";
  readonly seed: number;
  readonly orgs: readonly string[];
  readonly faults: FaultPlan;
  readonly state: SavedCloud | undefined;
  /** Folder for the data of real PostgreSQL servers; without it a small model of roles answers. */
  readonly postgresDir: string | undefined;
}

export interface SavedCloud {
  readonly fly: SavedFly;
  readonly github: SavedGitHub;
  readonly netlify: SavedNetlify;
}

export interface LocalCloud {
  readonly fly: FlyEmulator;
  readonly github: GitHubEmulator;
  readonly urls: Readonly<Record<"fly_api" | "fly_public" | "github_api" | "netlify_api", string>>;
  /** Calls that were answered so far. */
  requestCount(): number;
  save(): SavedCloud;
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
    ...(state && { state: state.fly }),
    workloadFor: createWorkloads({ clock, ...(postgres && { postgres }) }),
  });
  const github = createGitHubEmulator({
    clock,
    seed,
    repositories: [localSilos],
    ...(state && { state: state.github }),
  });
  const netlify = createNetlifyEmulator({
    clock,
    seed,
    teams: [{ slug: "local" }],
    makesSites: true,
    ...(state && { state: state.netlify }),
  });
  const server = await listen(fly, { port: options.port });
  const databases = await listenToPostgres(fly);
  const hub = await listenToApi(github, 0);
  const frontends = await listenToApi(netlify, 0);
  return {
    fly,
    github,
    urls: {
      fly_api: server.apiUrl,
      fly_public: server.proxyUrl,
      github_api: hub.apiUrl,
      netlify_api: frontends.apiUrl,
    },
    requestCount: () => fly.requests.length + github.requests.length + netlify.requests.length,
    save: () => ({ fly: fly.save(), github: github.save(), netlify: netlify.save() }),
    environment: {
      FLY_API_TOKEN: "local",
      FLY_API_BASE_URL: server.apiUrl,
      FLY_METRICS_URL: `${server.apiUrl}/prometheus`,
      FLY_PUBLIC_URL: server.proxyUrl,
      FLY_PUBLIC_POSTGRES: databases.address,
      GITHUB_API_URL: hub.apiUrl,
      GITHUB_REPOSITORY: localRepository,
      GITHUB_TOKEN: "local",
      SILO_SECRETS_TOKEN: "local",
      NETLIFY_API_URL: `${frontends.apiUrl}/api/v1`,
      NETLIFY_AUTH_TOKEN: "local",
    },
    close: async () => {
      const listeners = [server, databases, hub, frontends];
      await Promise.all(listeners.map((listener) => listener.close()));
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
