/** The API as a function from request to answer: auth, limit, faults, time, route. */

import { failWith, thinOut } from "../fault-effects.ts";
import type { FaultRule, NextFault } from "../faults.ts";
import type { IncomingRequest } from "../incoming.ts";
import type { Call, Reply } from "./call.ts";
import type { NetlifyCloud } from "./cloud.ts";
import { NetlifyProblem, notFound, throttled } from "./errors.ts";
import type { CallLimit } from "./limits.ts";
import { findRoute, type RouteMatch } from "./router.ts";
import { netlifyRoutes } from "./routes/index.ts";
import { settle } from "./settle.ts";
import type { ReadToken } from "./tokens.ts";
import type { TypedFaults } from "./typed-faults.ts";

export interface ApiParts {
  readonly cloud: NetlifyCloud;
  readonly readToken: ReadToken;
  readonly limit: CallLimit;
  readonly typed: TypedFaults;
  readonly nextFault: NextFault;
}

/** Throws only when a fault breaks the connection. */
export async function answerApi(parts: ApiParts, request: IncomingRequest): Promise<Reply> {
  const { clock } = parts.cloud;
  const fault = parts.nextFault(request.method, request.path);
  if (fault?.delayMs !== undefined) await clock.sleep(fault.delayMs, request.signal);
  const fail = (rule: FaultRule) => failWith(rule, clock, request.signal);
  if (fault && fault.effect !== "after") {
    const failure = await fail(fault);
    if (failure) return failure;
  }
  const reply = await answerOrProblem(parts, request);
  if (!fault) return reply;
  const failure = fault.effect === "after" ? await fail(fault) : undefined;
  return failure ?? thinOut(reply, fault);
}

async function answerOrProblem(parts: ApiParts, request: IncomingRequest): Promise<Reply> {
  let headers: Record<string, string> = {};
  try {
    const token = parts.readToken(request.headers.get("authorization"));
    const taken = parts.limit.take(token.token);
    headers = taken.headers;
    if (taken.isOver) throw throttled();
    const reply = await answer(parts, request, token);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  } catch (error) {
    if (!(error instanceof NetlifyProblem)) throw error;
    return { status: error.httpStatus, body: error.body, headers };
  }
}

async function answer(
  { cloud, typed }: ApiParts,
  request: IncomingRequest,
  token: Call["token"],
): Promise<Reply> {
  const { clock, times } = cloud;
  const match = findRoute(netlifyRoutes, request.method, request.path);
  if (!match) throw notFound();
  const isWrite = request.method !== "GET";
  const tookMs = isWrite ? times.writeMs : times.readMs;
  if (tookMs > 0) await clock.sleep(tookMs);
  settle(cloud);
  const site = siteNameOf(match, request, cloud);
  const kind = `${request.method} ${match.route.path}`;
  const failure = isWrite ? typed.before(site, kind) : undefined;
  if (failure) throw failure;
  const reply = match.route.run(callOf(match, request, { token, at: clock.now() }), cloud);
  if (match.route.isCreation && typed.loses(site, kind)) {
    throw new TypeError("fetch failed", {
      cause: Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
    });
  }
  return reply;
}

function callOf(
  { params }: RouteMatch,
  { url, query, bodyText }: IncomingRequest,
  more: Pick<Call, "token" | "at">,
): Call {
  return { params, url, query, body: parsed(bodyText), ...more };
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new NetlifyProblem(400, "The body is not JSON");
  }
}

/** Empty when the call names no site: no fault by name then. */
function siteNameOf({ params }: RouteMatch, { query }: IncomingRequest, { store }: NetlifyCloud) {
  const id = params.site ?? query.get("site_id") ?? "";
  return store.sites.get(id)?.name ?? "";
}
