/** The Machines API as a function from request to answer: auth, limits, latency, faults, route. */

import { failWith, thinOut } from "../fault-effects.ts";
import type { NextFault } from "../faults.ts";
import type { IncomingRequest } from "../incoming.ts";
import type { Call, Reply } from "./call.ts";
import type { Cloud } from "./cloud.ts";
import { ApiProblem, notFound, unauthorized } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { FindRoute, RouteMatch } from "./router.ts";
import type { ReadToken } from "./tokens.ts";
import type { TypedFaults } from "./typed-faults.ts";

export interface ApiParts {
  readonly cloud: Cloud;
  readonly findRoute: FindRoute;
  readonly readToken: ReadToken;
  readonly limits: Limits;
  /** Whose bucket an app creation takes from: its own, or the organisation's. */
  readonly appCreateLimit: "app" | "org";
  readonly typed: TypedFaults;
  readonly nextFault: NextFault;
}

/** Throws only when a fault breaks the connection. */
export async function answerApi(parts: ApiParts, request: IncomingRequest): Promise<Reply> {
  const { clock } = parts.cloud;
  const fault = parts.nextFault(request.method, request.path);
  if (fault?.delayMs !== undefined) await clock.sleep(fault.delayMs, request.signal);
  if (fault && fault.effect !== "after") {
    const failure = await failWith(fault, clock, request.signal);
    if (failure) return failure;
  }
  const reply = await answerOrProblem(parts, request);
  if (!fault) return reply;
  const failure =
    fault.effect === "after" ? await failWith(fault, clock, request.signal) : undefined;
  return failure ?? thinOut(reply, fault);
}

async function answerOrProblem(parts: ApiParts, request: IncomingRequest): Promise<Reply> {
  try {
    return await answer(parts, request);
  } catch (error) {
    if (error instanceof ApiProblem) return { status: error.httpStatus, body: error.body };
    throw error;
  }
}

async function answer(parts: ApiParts, request: IncomingRequest): Promise<Reply> {
  const { cloud, typed } = parts;
  const token = parts.readToken(request.headers.get("authorization"));
  const match = parts.findRoute(request.method, request.path);
  if (!match) throw notFound("page");
  const { route, params } = match;
  if (route.access === "write" && token.access === "read") throw unauthorized();
  const body = jsonBody(request);
  const { app } = namesOf(match, body);
  parts.limits.take(route.action, subjectOf(parts, match, body));
  const latency = cloud.latency.callMs(route.action);
  if (latency > 0) await cloud.clock.sleep(latency);
  const failure =
    app !== undefined && route.access === "write" ? typed.before(app, route.action) : undefined;
  if (failure) throw failure;
  await cloud.life.settle();
  const call: Call = {
    action: route.action,
    params,
    query: request.query,
    headers: request.headers,
    body,
    token,
    at: cloud.clock.now(),
    signal: request.signal,
  };
  const reply = await route.run(call, cloud);
  const late = app === undefined ? undefined : typed.after(app, route.action);
  if (late) throw late;
  return reply;
}

function namesOf({ params }: RouteMatch, body: Call["body"]) {
  const created = body.name ?? body.app_name;
  return { app: params.app ?? (typeof created === "string" ? created : undefined) };
}

/** What a limit counts by: the machine, else the app that the call names; for a list of an org nothing. */
function subjectOf(parts: ApiParts, match: RouteMatch, body: Call["body"]): string | undefined {
  const { params, route } = match;
  if (route.action === "app-delete") return "all";
  if (route.action !== "app-create") return params.machine ?? params.app;
  return parts.appCreateLimit === "org" ? `org ${String(body.org_slug)}` : namesOf(match, body).app;
}

function jsonBody({ bodyText }: IncomingRequest): Record<string, unknown> {
  if (bodyText === "") return {};
  try {
    const body: unknown = JSON.parse(bodyText);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return { ...body };
  } catch {
    // Refused below, as anything that is not an object is.
  }
  throw new ApiProblem(400, "invalid_argument: request body is not a JSON object");
}
