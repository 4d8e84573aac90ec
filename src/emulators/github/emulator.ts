/** GitHub's REST and GraphQL API, as far as silo-manager uses it, in one process and without a socket. */

import type { Fetch } from "#world/effects.ts";
import { createFaults } from "../faults.ts";
import { type IncomingRequest, readIncoming, unlessAborted } from "../incoming.ts";
import { Seeded } from "../seeded.ts";
import { type ApiParts, answerApi } from "./api.ts";
import type { Reply } from "./call.ts";
import { createHub } from "./create-hub.ts";
import { createDoors, type GitHubDoors } from "./doors.ts";
import type { GitHubEmulatorOptions } from "./options.ts";
import { createRouter } from "./router.ts";
import { githubRoutes } from "./routes/index.ts";
import { type SavedGitHub, saveRepos } from "./saved.ts";
import { createTokens } from "./tokens.ts";
import { createTypedFaults } from "./typed-faults.ts";

/** One answered request. No header and no body is kept. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** What it was taken for: `environment-secret-put`, `graphql-mutation`. */
  readonly action: string;
  /** 0 when the connection broke. */
  readonly status: number;
  readonly atMs: number;
}

export type { GitHubEmulatorOptions };

export interface GitHubEmulator extends GitHubDoors {
  /** `/…`, `/api/v3/…`, `/graphql` and `/api/graphql` on any host. Rejects when a fault breaks the connection. */
  readonly fetch: Fetch;
  /** Oldest first; the last 100,000. */
  readonly requests: readonly LoggedRequest[];
  /** Everything, as JSON; holds the values of the emulated secrets. */
  save(): SavedGitHub;
}

export function createGitHubEmulator(options: GitHubEmulatorOptions): GitHubEmulator {
  const { clock } = options;
  const seed = options.seed ?? 1;
  const hub = createHub(options);
  const parts: ApiParts = {
    hub,
    findRoute: createRouter(githubRoutes),
    readActor: createTokens(options.tokens),
    typed: createTypedFaults(),
    nextFault: createFaults(options.faults ?? [], new Seeded(seed + 1)),
  };
  const requestIds = new Seeded(seed + 2);
  const requests: LoggedRequest[] = [];

  const serve = async (request: IncomingRequest): Promise<Response> => {
    const atMs = clock.now();
    const log = (action: string, status: number) => {
      const { method, path, query } = request;
      requests.push({ method, path, query: query.toString(), action, status, atMs });
      if (requests.length > maxLoggedRequests) requests.splice(0, maxLoggedRequests / 10);
    };
    try {
      const { action, reply } = await answerApi(parts, request);
      log(action, reply.status);
      return responseOf(reply, { requestId: requestIds.hex(32), url: request.url.href });
    } catch (error) {
      log("fault", 0);
      throw error;
    }
  };

  return {
    async fetch(input, init) {
      const request = await readIncoming(input, init);
      return unlessAborted(serve(request), request.signal);
    },
    requests,
    ...createDoors(hub),
    save: () => ({
      format: 1,
      random: hub.chance.state,
      lastId: hub.lastId(),
      atMs: clock.now(),
      repos: saveRepos(hub.repos),
    }),
  };
}

const maxLoggedRequests = 100_000;

/** It knows its address, as what a real fetch gives does: clients find their way by it. */
function responseOf(
  { status, body, headers }: Reply,
  { requestId, url }: { readonly requestId: string; readonly url: string },
): Response {
  const text = body === undefined ? null : JSON.stringify(body);
  const response = new Response(text, {
    status,
    headers: {
      "x-github-request-id": requestId,
      ...(text !== null && { "content-type": "application/json; charset=utf-8" }),
      ...headers,
    },
  });
  return Object.defineProperty(response, "url", { value: url });
}
