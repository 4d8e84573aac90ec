/**
 * The whole product in one process and in virtual time: the real commands, the real client, the
 * emulator. Every call of it is held to the OpenAPI document where that is present.
 */

import { createFlyClient, readOnly } from "#clients/fly/client.ts";
import type { FlyCallRecord } from "#clients/fly/request.ts";
import { readTokenFacts } from "#clients/fly/token-facts.ts";
import { createGitHubClient } from "#clients/github/client.ts";
import { createNetlifyClient } from "#clients/netlify/client.ts";
import { createPostNotice } from "#clients/post-notice.ts";
import { commands } from "#commands/catalogue.ts";
import { runWords, type Surroundings } from "#commands/run-words.ts";
import {
  createFlyEmulator,
  type FlyEmulator,
  type FlyEmulatorOptions,
} from "#emulators/fly/emulator.ts";
import { createGitHubEmulator, type GitHubEmulator } from "#emulators/github/emulator.ts";
import type { GitHubEmulatorOptions } from "#emulators/github/options.ts";
import { createNetlifyEmulator, type NetlifyEmulator } from "#emulators/netlify/emulator.ts";
import type { NetlifyEmulatorOptions } from "#emulators/netlify/options.ts";
import type { PostgresHost } from "#emulators/postgres/database.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { createWorkloads } from "#emulators/workloads/index.ts";
import { Refused } from "#silo/errors.ts";
import { Secret } from "#silo/secret.ts";
import { urgencyOf } from "#state/urgency.ts";
import type { Fetch } from "#world/effects.ts";
import type { LoginAnswer } from "#world/fly.ts";
import { flyContract } from "./fly-contract.ts";
import { githubContract } from "./github-contract.ts";
import { type MemoryFiles, memoryFiles } from "./memory-files.ts";
import { netlifyContract } from "./netlify-contract.ts";
import { recordingFetch } from "./recording-fetch.ts";
import { seededRandom } from "./seeded-random.ts";
import { usedClouds as used } from "./used-clouds.ts";

export interface CloudOptions extends Partial<Omit<FlyEmulatorOptions, "clock" | "workloadFor">> {
  /** Between client and emulator: faults, counters. */
  readonly wrap?: (fetch: Fetch) => Fetch;
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where webhooks are. Default: nothing answers. */
  readonly notices?: Fetch;
  /** A GitHub beside it; the first repository holds the silos. */
  readonly github?: Omit<GitHubEmulatorOptions, "clock">;
  /** Between client and GitHub. */
  readonly wrapGitHub?: (fetch: Fetch) => Fetch;
  /** Between client and Netlify. */
  readonly wrapNetlify?: (fetch: Fetch) => Fetch;
  /** A Netlify beside it. */
  readonly netlify?: Omit<NetlifyEmulatorOptions, "clock">;
  /** Whether its inventory has to balance after a test that used it. Default: true. */
  readonly isWatched?: boolean;
  /** Whether calls are checked against the OpenAPI documents, which takes time. Default: true. */
  readonly isHeldToContract?: boolean;
  /** Real PostgreSQL servers behind the Postgres machines. */
  readonly postgres?: (clock: VirtualClock) => PostgresHost;
}

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Virtual milliseconds. */
  readonly ms: number;
  /** Every attempt of the client. */
  readonly calls: readonly FlyCallRecord[];
  /** Calls that may change something. */
  readonly writes: readonly FlyCallRecord[];
}

export interface Cloud {
  readonly clock: VirtualClock;
  readonly fly: FlyEmulator;
  readonly github: GitHubEmulator | undefined;
  readonly netlify: NetlifyEmulator | undefined;
  readonly files: MemoryFiles;
  /** As on a command line, each with a client of its own: `run("apply acme-erp")`. */
  run(
    line: string,
    how?: {
      readonly signal?: AbortSignal;
      /** On top of the cloud's own, for this run. */
      readonly environment?: Readonly<Record<string, string>>;
    },
  ): Promise<Run>;
  /** What a command gets, but for words and output. */
  effects(
    how?: Parameters<Cloud["run"]>[1] & { readonly onCall?: (call: FlyCallRecord) => void },
  ): Omit<Surroundings, "output">;
  /** Where calls or answers differ from the OpenAPI document. */
  violations(): readonly string[];
}

/** For tests only: 32 bytes 0, 1, 2, … */
export const testMasterKey = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString(
  "base64",
);

/** Another one: 255, 254, 253, … */
export const otherMasterKey = Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - i)).toString(
  "base64",
);

export function aCloud(options: CloudOptions = {}): Cloud {
  const { wrap = same, wrapGitHub = same, wrapNetlify = same, files: initial, ...others } = options;
  const { environment, isHeldToContract = true, isWatched = true, ...rest } = others;
  const { postgres, notices = nowhere, ...more } = rest;
  const { github: hub, netlify: sites, ...emulator } = more;
  const contract = <T>(document: T) => (isHeldToContract ? document : undefined);
  const clock = new VirtualClock();
  const workloadFor = createWorkloads({ clock, ...(postgres && { postgres: postgres(clock) }) });
  const fly = createFlyEmulator({ ...emulator, clock, workloadFor });
  const recorded = recordingFetch(fly.fetch, contract(flyContract));
  const github = hub && createGitHubEmulator({ ...hub, clock });
  const repository = hub?.repositories[0]?.name;
  const githubRecorded = github && recordingFetch(github.fetch, contract(githubContract));
  const netlify = sites && createNetlifyEmulator({ ...sites, clock });
  const netlifyRecorded = netlify && recordingFetch(netlify.fetch, contract(netlifyContract));
  const files = memoryFiles(initial);
  const random = seededRandom();
  const shared: Readonly<Record<string, string>> = {
    SILO_MASTER_KEY: testMasterKey,
    ...(repository && { GITHUB_REPOSITORY: repository }),
    ...(netlify && { NETLIFY_AUTH_TOKEN: "local" }),
    ...environment,
  };
  const effects: Cloud["effects"] = ({ signal = new AbortController().signal, ...how } = {}) => {
    if (isWatched) used.add(cloud);
    const variables: Readonly<Record<string, string>> = { ...shared, ...how.environment };
    const flyToken = variables.FLY_API_TOKEN ?? "local";
    const client = createFlyClient({
      fetch: wrap((input, init) =>
        // The document is that of the Machines API.
        new URL(String(input)).pathname.startsWith("/prometheus/")
          ? fly.fetch(input, init)
          : recorded.fetch(input, init),
      ),
      clock,
      random,
      tokens: [new Secret(flyToken || "local")],
      ...(how.onCall && { onCall: how.onCall }),
      priorityOf: urgencyOf,
    });
    return {
      version: async () => "1.2.3",
      files,
      clock,
      random,
      signal,
      variable: (name) => variables[name],
      connectGitHub: async () => {
        if (!githubRecorded || !repository || !variables.GITHUB_REPOSITORY) return undefined;
        const fetch = wrapGitHub(githubRecorded.fetch);
        const token = new Secret(variables.GITHUB_TOKEN ?? "local");
        const named = variables.SILO_SECRETS_TOKEN;
        const secretsToken = named ? { secretsToken: new Secret(named) } : {};
        const settings = { fetch, clock, random, token, ...secretsToken };
        return { github: createGitHubClient(settings), repository };
      },
      postNotice: createPostNotice({ fetch: async () => notices, clock }),
      connectNetlify: async () => {
        if (!netlifyRecorded || !variables.NETLIFY_AUTH_TOKEN) return undefined;
        const fetch = wrapNetlify(netlifyRecorded.fetch);
        return createNetlifyClient({ fetch, clock, random, token: new Secret("local") });
      },
      connectFly: async () => {
        if (!flyToken)
          throw new Refused("FLY_API_TOKEN is not set", { exitCode: 2, fix: "set it" });
        return {
          fly: client,
          reads: readOnly(client),
          probe: probeOf(fly),
          tokens: readTokenFacts(flyToken),
          logInWrongly: loginTo(fly),
          holder: "test",
        };
      },
    };
  };
  const cloud: Cloud = {
    clock,
    fly,
    github,
    netlify,
    files,
    effects,
    violations: () => [
      ...recorded.violations(),
      ...(githubRecorded?.violations() ?? []),
      ...(netlifyRecorded?.violations() ?? []),
    ],
    run: async (line, how = {}) => {
      const [out, err]: [string[], string[]] = [[], []];
      const calls: FlyCallRecord[] = [];
      const startedAt = clock.now();
      const exitCode = await runWords(splitWords(line), commands, {
        ...effects({ ...how, onCall: (call) => calls.push(call) }),
        output: () => ({
          write: (text) => void out.push(text),
          note: (text) => void err.push(text),
          redraw: undefined,
          color: false,
          noteColor: false,
          columns: 120,
          rows: 24,
        }),
      });
      return {
        exitCode,
        stdout: out.join(""),
        stderr: err.join(""),
        ms: clock.now() - startedAt,
        calls,
        writes: calls.filter(
          ({ method, action }) => method !== "GET" && !action.startsWith("lease."),
        ),
      };
    },
  };
  return cloud;
}

const nowhere: Fetch = () => Promise.reject(new TypeError("fetch failed"));
const same = (fetch: Fetch): Fetch => fetch;

function probeOf({ proxy }: FlyEmulator) {
  return async (url: string, headers: Readonly<Record<string, Secret>>): Promise<number> => {
    const revealed = Object.entries(headers).map(([name, value]) => [name, value.reveal()]);
    const response = await proxy(url, { headers: Object.fromEntries(revealed) });
    return response.status;
  };
}

/** The same question that the edge asks over the wire. */
function loginTo({ publicLogin }: FlyEmulator) {
  return async (host: string): Promise<LoginAnswer> => {
    const answer = await publicLogin(host, { user: "supabase_admin", password: "wrong" });
    if (answer === "let-in") return { kind: "let-in" };
    if (typeof answer === "object") return { kind: "refused", ...answer };
    return { kind: "no-answer", why: "the connection was refused" };
  };
}

const splitWords = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
