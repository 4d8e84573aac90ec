/** The Fly Machines API and the public proxy, in one process and without a socket. */

import type { Fetch } from "#world/effects.ts";
import { createFaults } from "../faults.ts";
import { type IncomingRequest, readIncoming, unlessAborted } from "../incoming.ts";
import type { PublicPostgres } from "../listen-postgres.ts";
import type { Login, SqlMessage, SqlSession } from "../postgres/database.ts";
import { type ApiParts, answerApi } from "./api.ts";
import type { Reply } from "./call.ts";
import { createControl, type FlyControl } from "./control.ts";
import { createCloud } from "./create-cloud.ts";
import type { TrafficRow } from "./entities.ts";
import { Ids } from "./ids.ts";
import { documentedLimits, noLimits } from "./limits.ts";
import type { FlyEmulatorOptions } from "./options.ts";
import { answerProxy } from "./proxy.ts";
import { publicDatabase, publicLogin } from "./public-login.ts";
import { createRouter } from "./router.ts";
import { flyRoutes } from "./routes/index.ts";
import type { LivingRows, SavedFly } from "./store.ts";
import { createTokens } from "./tokens.ts";
import { createTypedFaults } from "./typed-faults.ts";

/** One answered request. No header and no body is kept. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** 0 when the connection broke. */
  readonly status: number;
  /** When it came, and how long it took. */
  readonly atMs: number;
  readonly durationMs: number;
  /** Characters. */
  readonly requestSize: number;
  readonly responseSize: number;
}

export type { FlyEmulatorOptions };

export interface FlyEmulator {
  /** The API: `/v1/…` on any host. Rejects when a fault breaks the connection. */
  readonly fetch: Fetch;
  /** The public side of the apps. */
  readonly proxy: Fetch;
  /** A login to `<app>.fly.dev:5432` from outside; `undefined` where nothing answers. */
  publicLogin: PublicPostgres["publicLogin"];
  /** A client of Postgres on the public side; `undefined` when nothing answers there. */
  connectDatabase(app: string, login: Login): Promise<SqlSession | SqlMessage | undefined>;
  /** Oldest first; the last 100,000. */
  readonly requests: readonly LoggedRequest[];
  /** Public requests of an app, per second and status. */
  traffic(app: string): readonly TrafficRow[];
  readonly control: FlyControl;
  /** What it holds now, as it is: to be looked at, never to be kept or changed. */
  rows(): LivingRows;
  /** Everything, as JSON; holds the secrets of the emulated apps. */
  save(): SavedFly;
  /** Stops what runs in the machines. */
  close(): Promise<void>;
}

export function createFlyEmulator(options: FlyEmulatorOptions): FlyEmulator {
  const { clock } = options;
  const cloud = createCloud(options);
  const parts: ApiParts = {
    cloud,
    findRoute: createRouter(flyRoutes),
    readToken: createTokens(options.tokens, () => options.clock.now()),
    limits: options.limits === "off" ? noLimits : documentedLimits(() => clock.now()),
    appCreateLimit: options.appCreateLimit ?? "app",
    typed: createTypedFaults(),
    nextFault: createFaults(options.faults ?? [], new Ids((options.seed ?? 1) + 1)),
  };
  const requests: LoggedRequest[] = [];
  const requestIds = new Ids((options.seed ?? 1) + 2);

  const serve = async (request: IncomingRequest): Promise<Response> => {
    const atMs = clock.now();
    const log = (status: number, responseSize: number) =>
      logRequest(requests, request, { status, responseSize, atMs, nowMs: clock.now() });
    try {
      const reply = await answerApi(parts, request);
      const [response, size] = responseOf(reply, requestIds.ulid(clock.now()));
      log(reply.status, size);
      return response;
    } catch (error) {
      log(0, 0);
      throw error;
    }
  };

  return {
    async fetch(input, init) {
      const request = await readIncoming(input, init);
      return unlessAborted(serve(request), request.signal);
    },
    async proxy(input, init) {
      return answerProxy(cloud, new Request(input, init));
    },
    publicLogin: (host, login) => publicLogin(cloud, host, login),
    async connectDatabase(app, login) {
      return (await publicDatabase(cloud, app))?.connect(login);
    },
    requests,
    traffic: (app) => cloud.store.traffic.get(app) ?? [],
    control: createControl(cloud),
    rows: () => cloud.store.living(),
    save: () => cloud.store.save({ random: cloud.ids.state, atMs: clock.now() }),
    close: () => cloud.guests.stopAll(),
  };
}

function responseOf(reply: Reply, requestId: string): [Response, number] {
  const text = reply.body === undefined ? null : JSON.stringify(reply.body);
  const headers = {
    "fly-request-id": requestId,
    ...(text !== null && { "content-type": "application/json" }),
    ...reply.headers,
  };
  return [new Response(text, { status: reply.status, headers }), text?.length ?? 0];
}

const maxLoggedRequests = 100_000;

function logRequest(
  requests: LoggedRequest[],
  { method, path, query, bodyText }: IncomingRequest,
  answer: { status: number; responseSize: number; atMs: number; nowMs: number },
): void {
  const { status, responseSize, atMs, nowMs } = answer;
  requests.push({
    method,
    path,
    query: query.toString(),
    status,
    atMs,
    durationMs: nowMs - atMs,
    requestSize: bodyText.length,
    responseSize,
  });
  if (requests.length > maxLoggedRequests) requests.splice(0, maxLoggedRequests / 10);
}
