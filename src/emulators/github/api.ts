/** The API as a function from request to answer: faults, auth, limits, route, permission. */

import { failWith, type Reply, thinOut } from "../fault-effects.ts";
import type { NextFault } from "../faults.ts";
import type { IncomingRequest } from "../incoming.ts";
import { isRecord } from "./call.ts";
import { GitHubProblem, notAccessible, notFound } from "./errors.ts";
import { answerGraphQL, costOf } from "./graphql/endpoint.ts";
import { type Hub, visibleRepo } from "./hub.ts";
import type { Cost } from "./limits.ts";
import type { FindRoute, RouteMatch } from "./router.ts";
import { type Actor, type ReadActor, satisfies } from "./tokens.ts";
import type { TypedFaults } from "./typed-faults.ts";

export interface ApiParts {
  readonly hub: Hub;
  readonly findRoute: FindRoute;
  readonly readActor: ReadActor;
  readonly typed: TypedFaults;
  readonly nextFault: NextFault;
}

/** What the request was taken for, beside the answer. */
export interface Answered {
  readonly action: string;
  readonly reply: Reply;
  /** It took effect, and the connection breaks. */
  readonly isLost?: boolean;
}

/** Throws only when a fault breaks the connection. */
export async function answerApi(parts: ApiParts, request: IncomingRequest): Promise<Answered> {
  const { clock } = parts.hub;
  const target = readTarget(request);
  const fault = parts.nextFault(request.method, target.path);
  if (fault?.delayMs !== undefined) await clock.sleep(fault.delayMs, request.signal);
  if (fault && fault.effect !== "after") {
    const failure = await failWith(fault, clock, request.signal);
    if (failure) return { action: "fault", reply: failure };
  }
  const answered = await answerOrProblem(parts, request, target);
  if (answered.isLost) await failWith({ match: {}, answer: "reset" }, clock, request.signal);
  if (!fault) return answered;
  const failure =
    fault.effect === "after" ? await failWith(fault, clock, request.signal) : undefined;
  return { ...answered, reply: failure ?? thinOut(answered.reply, fault) };
}

interface Target {
  readonly path: string;
  /** What the addresses in answers begin with. */
  readonly base: string;
  readonly isGraphQL: boolean;
}

/** A GitHub Enterprise Server has its API below `/api/v3` and `/api/graphql`. */
function readTarget({ url, path }: IncomingRequest): Target {
  const isGraphQL = path === "/graphql" || path === "/api/graphql";
  if (isGraphQL) return { path: "/graphql", base: url.origin, isGraphQL };
  const prefix = path.startsWith("/api/v3/") ? "/api/v3" : "";
  return { path: path.slice(prefix.length), base: url.origin + prefix, isGraphQL };
}

async function answerOrProblem(
  parts: ApiParts,
  request: IncomingRequest,
  target: Target,
): Promise<Answered> {
  let actor: Actor | undefined;
  let resource: Cost["resource"] = "core";
  let accepted = "";
  let action = "refused";
  let isLost = false;
  let reply: Reply;
  try {
    actor = parts.readActor(request.headers.get("authorization"));
    if (target.isGraphQL) {
      resource = "graphql";
      const body = jsonBody(request);
      const cost = costOf(body);
      action = cost.content ? "graphql-mutation" : "graphql-query";
      parts.hub.limits.take(actor, cost);
      reply = answerGraphQL(body, { hub: parts.hub, actor });
    } else {
      const match = parts.findRoute(request.method, target.path);
      action = match?.route.action ?? "unknown";
      accepted = match?.route.accepts ?? "";
      if (action !== "rate-limit") parts.hub.limits.take(actor, restCost(request, match));
      reply = await answerRest(parts, { request, target, actor, match });
      isLost = request.method !== "GET" && parts.typed.loses(nameOf(request, target), action);
    }
  } catch (error) {
    if (!(error instanceof GitHubProblem)) throw error;
    reply = { status: error.httpStatus, body: error.body, headers: error.headers };
  }
  const headers = {
    ...(actor && quotaHeaders(parts.hub, actor, resource)),
    ...(accepted !== "" && { "x-accepted-github-permissions": accepted }),
    ...reply.headers,
  };
  return { action, reply: { ...reply, headers }, isLost };
}

async function answerRest(
  parts: ApiParts,
  given: {
    readonly request: IncomingRequest;
    readonly target: Target;
    readonly actor: Actor;
    readonly match: RouteMatch | undefined;
  },
): Promise<Reply> {
  const { request, target, actor, match } = given;
  if (!match) throw notFound();
  const { route, params } = match;
  const isInRepo = "repoPath" in route;
  const repo = visibleRepo(parts.hub, actor, `${params.owner}/${params.repo}`);
  if (isInRepo && !repo) throw notFound();
  if (!satisfies(actor, route.accepts)) throw notAccessible(actor.kind !== "pat");
  if (route.method !== "GET") {
    const failure = parts.typed.before(nameOf(request, target), route.action);
    if (failure) throw failure;
  }
  const call = {
    params,
    query: request.query,
    body: jsonBody(request),
    actor,
    base: target.base,
    path: target.path,
    at: parts.hub.clock.now(),
  };
  if ("path" in route) return route.run(call, parts.hub);
  if (!repo) throw notFound();
  return route.run({ ...call, repo }, parts.hub);
}

/** Whatever the call names, in its path or in its body. */
function nameOf(request: IncomingRequest, { path }: Target): string {
  const { environment = "", name = "" } = jsonBody(request);
  return `${path} ${environment} ${name}`;
}

function restCost({ method }: IncomingRequest, match: RouteMatch | undefined): Cost {
  return {
    resource: "core",
    points: method === "GET" ? 1 : 5,
    content: match?.route.content ?? false,
  };
}

function quotaHeaders({ limits }: Hub, actor: Actor, resource: Cost["resource"]) {
  const { limit, remaining, used, reset } = limits.quota(actor, resource);
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-used": String(used),
    "x-ratelimit-reset": String(reset),
    "x-ratelimit-resource": resource,
  };
}

function jsonBody({ bodyText }: IncomingRequest): Record<string, unknown> {
  if (bodyText === "") return {};
  try {
    const body: unknown = JSON.parse(bodyText);
    if (isRecord(body)) return body;
    if (body === null) return {};
  } catch {
    // Refused below, as anything that is not an object is.
  }
  throw new GitHubProblem(400, "Problems parsing JSON");
}
