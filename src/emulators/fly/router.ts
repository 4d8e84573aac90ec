/** Finds the route for a method and a path. Patterns are literal segments and `:name`. */

import type { Call, Reply } from "./call.ts";
import type { Cloud } from "./cloud.ts";

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** What limits, latencies, faults and the log call it. */
  readonly action: string;
  /** Reads may be done with a read-only token. */
  readonly access: "read" | "write";
  readonly run: (call: Call, cloud: Cloud) => Reply | Promise<Reply>;
}

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export type FindRoute = (method: string, path: string) => RouteMatch | undefined;

export function createRouter(routes: readonly Route[]): FindRoute {
  const byShape = new Map<string, { route: Route; segments: readonly string[] }[]>();
  for (const route of routes) {
    const segments = route.path.split("/").slice(1);
    const shape = `${route.method} ${segments.length}`;
    byShape.set(shape, [...(byShape.get(shape) ?? []), { route, segments }]);
  }
  return (method, path) => {
    const given = path.split("/").slice(1);
    for (const { route, segments } of byShape.get(`${method} ${given.length}`) ?? []) {
      const params = match(segments, given);
      if (params) return { route, params };
    }
    return undefined;
  };
}

function match(
  segments: readonly string[],
  given: readonly string[],
): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index] ?? "";
    if (segment.startsWith(":")) params[segment.slice(1)] = decodeURIComponent(value);
    else if (segment !== value) return undefined;
  }
  return params;
}
