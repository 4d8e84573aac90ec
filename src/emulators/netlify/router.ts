/** Finds the route for a method and a path. Patterns are literal segments and `:name`. */

import type { Call, Reply } from "./call.ts";
import type { NetlifyCloud } from "./cloud.ts";

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`. */
  readonly path: string;
  /** The first call of it that takes effect loses its answer where `fault-lost-answer` says so. */
  readonly isCreation?: true;
  readonly run: (call: Call, cloud: NetlifyCloud) => Reply;
}

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

const basePath = "/api/v1";

export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch | undefined {
  if (!path.startsWith(`${basePath}/`)) return undefined;
  const given = path.slice(basePath.length).split("/");
  for (const route of routes) {
    const segments = route.path.split("/");
    const params = route.method === method ? match(segments, given) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}

function match(
  segments: readonly string[],
  given: readonly string[],
): Record<string, string> | undefined {
  if (segments.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index] ?? "";
    if (segment.startsWith(":")) params[segment.slice(1)] = decodeURIComponent(value);
    else if (segment !== value) return undefined;
  }
  return params;
}
