/**
 * Everything a workflow works with, in real time and over sockets: Fly, GitHub and Netlify as
 * emulators, and jobs that run the bundled action against them. Every call is held to the documents.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import { createGitHubClient } from "#clients/github/client.ts";
import { createFlyEmulator, type FlyEmulator } from "#emulators/fly/emulator.ts";
import type { FlyEmulatorOptions } from "#emulators/fly/options.ts";
import { createGitHubEmulator, type GitHubEmulator } from "#emulators/github/emulator.ts";
import type { RepositorySeed } from "#emulators/github/options.ts";
import { listen, listenToApi } from "#emulators/listen.ts";
import { createNetlifyEmulator } from "#emulators/netlify/emulator.ts";
import { createWorkloads } from "#emulators/workloads/index.ts";
import { Secret } from "#silo/secret.ts";
import { gateOf, managerEnvironments } from "#state/gates.ts";
import type { Clock, Fetch } from "#world/effects.ts";
import { testMasterKey } from "./a-cloud.ts";
import { flyContract } from "./fly-contract.ts";
import { githubContract } from "./github-contract.ts";
import { guarded } from "./guarded.ts";
import { netlifyContract } from "./netlify-contract.ts";
import { recordingFetch } from "./recording-fetch.ts";
import { type RunningStep, type StepEnd, startStep, type TriggerEvent } from "./runner.ts";

export const repository = "acme/silos";

export interface WorkshopOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly github?: Partial<RepositorySeed>;
  readonly fly?: Partial<Omit<FlyEmulatorOptions, "clock" | "workloadFor">>;
}

export interface JobOptions {
  readonly event: TriggerEvent;
  /** Branch or commit that is checked out. */
  readonly checkout: string;
  readonly with: Readonly<Record<string, string>>;
  /** Default: one that may write. */
  readonly githubToken?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Request {
  readonly to: "fly" | "github" | "netlify";
  readonly method: string;
  readonly path: string;
}

export interface Job extends StepEnd {
  /** Of all calls of the job, in the order of their arrival. */
  readonly requests: readonly Request[];
}

export interface FlyMachine {
  readonly app_name: string;
  readonly id: string;
  readonly state: string;
}

const flyApi = "https://api.machines.dev/v1";
const headers = { authorization: "Bearer local" };

export interface Workshop {
  readonly fly: FlyEmulator;
  readonly github: GitHubEmulator;
  /** Of the emulators: it can be put forward. */
  readonly clock: Clock;
  jump(ms: number): void;
  /** One step in a job of its own. */
  job(options: JobOptions): Promise<Job>;
  start(options: JobOptions): RunningStep;
  /** Resolves as the n-th call arrives that a filter lets through. */
  whenCalled(filter: (request: Request) => boolean, nth?: number): Promise<void>;
  /** As somebody else would, past every lock and guard. */
  machines(): Promise<readonly FlyMachine[]>;
  removeMachine(machine: FlyMachine): Promise<void>;
  violations(): readonly string[];
  close(): Promise<void>;
}

export const flyToken = "local-fly-token";
export const secrets = { "fly-api-token": flyToken, "master-key": testMasterKey } as const;

export async function aWorkshop({
  files = {},
  github: seed = {},
  fly: flyOptions = {},
}: WorkshopOptions = {}): Promise<Workshop> {
  let ahead = 0;
  const clock: Clock = {
    now: () => Date.now() + ahead,
    sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}),
  };
  const fly = createFlyEmulator({
    limits: "off",
    ...flyOptions,
    clock,
    workloadFor: createWorkloads({ clock }),
  });
  const github = createGitHubEmulator({
    clock,
    limits: "off",
    repositories: [
      {
        name: repository,
        rules: guarded.rules,
        files: { ...guarded.files, "README.md": "Silos of acme\n", ...files },
        ...seed,
      },
    ],
  });
  await closeGates(github, clock);
  const netlify = createNetlifyEmulator({ clock, teams: [{ slug: "local" }], makesSites: true });
  const watchers = new Set<(request: Request) => void>();
  const watched =
    (to: Request["to"], fetch: Fetch): Fetch =>
    (input, init) => {
      const url = new URL(String(input));
      const request = { to, method: init?.method ?? "GET", path: url.pathname };
      for (const watch of watchers) watch(request);
      return fetch(input, init);
    };
  const recorded = {
    fly: recordingFetch(fly.fetch, flyContract),
    github: recordingFetch(github.fetch, githubContract),
    netlify: recordingFetch(netlify.fetch, netlifyContract),
  };
  // The document is that of the Machines API.
  const machinesOrMetrics: Fetch = (input, init) =>
    new URL(String(input)).pathname.startsWith("/prometheus/")
      ? fly.fetch(input, init)
      : recorded.fly.fetch(input, init);
  const flyServer = await listen(
    { proxy: fly.proxy, fetch: watched("fly", machinesOrMetrics) },
    { port: 0 },
  );
  const githubServer = await listenToApi({ fetch: watched("github", recorded.github.fetch) }, 0);
  const netlifyServer = await listenToApi({ fetch: watched("netlify", recorded.netlify.fetch) }, 0);
  const urls = {
    FLY_API_BASE_URL: flyServer.apiUrl,
    FLY_METRICS_URL: `${flyServer.apiUrl}/prometheus`,
    FLY_PUBLIC_URL: flyServer.proxyUrl,
    GITHUB_API_URL: githubServer.apiUrl,
    GITHUB_GRAPHQL_URL: `${githubServer.apiUrl}/graphql`,
    NETLIFY_API_URL: `${netlifyServer.apiUrl}/api/v1`,
    GITHUB_REPOSITORY: repository,
  };
  let runs = 0;
  const start = ({ event, checkout, with: given, githubToken, environment }: JobOptions) => {
    const tree = github.files(repository, checkout);
    if (!tree) throw new Error(`There is nothing to check out at ${checkout}`);
    return startStep({
      actionFolder: inject("actionFolder"),
      files: tree,
      event,
      with: given,
      githubToken: githubToken ?? "github_token:main",
      environment: { ...urls, GITHUB_RUN_ID: String(1_000 + ++runs), ...environment },
    });
  };
  return {
    fly,
    github,
    clock,
    jump: (ms) => {
      ahead += ms;
    },
    start,
    async job(options) {
      const requests: Request[] = [];
      const watch = (request: Request) => void requests.push(request);
      watchers.add(watch);
      const end = await start(options).ended;
      watchers.delete(watch);
      return { ...end, requests };
    },
    whenCalled: (filter, nth = 1) =>
      new Promise((resolve) => {
        let count = 0;
        const watch = (request: Request) => {
          if (!filter(request) || ++count < nth) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
      }),
    async machines() {
      const answer = await fly.fetch(`${flyApi}/orgs/acme-erp/machines`, { headers });
      const { machines } = (await answer.json()) as { machines: readonly FlyMachine[] };
      return machines;
    },
    async removeMachine({ app_name: app, id }) {
      const url = `${flyApi}/apps/${app}/machines/${id}?force=true`;
      const { status } = await fly.fetch(url, { method: "DELETE", headers });
      if (status !== 200) throw new Error(`${id} was not removed: ${status}`);
    },
    violations: () => Object.values(recorded).flatMap((one) => one.violations()),
    async close() {
      await Promise.all([flyServer.close(), githubServer.close(), netlifyServer.close()]);
      await fly.close();
    },
  };
}

/** As `silo doctor --setup --reviewer octocat` would. */
async function closeGates({ fetch }: GitHubEmulator, clock: Clock): Promise<void> {
  const random = { bytes: (length: number) => new Uint8Array(length).fill(7) };
  const token = new Secret("local");
  const client = createGitHubClient({ fetch, clock, random, token, writeEveryMs: 1 });
  const octocat = await client.findReviewer(repository, "octocat");
  for (const name of managerEnvironments) {
    const { branches, needsReviewers } = gateOf(name, "main");
    const reviewers = needsReviewers && octocat ? [octocat] : [];
    await client.restrictEnvironment(repository, name, { branches, reviewers });
  }
}
