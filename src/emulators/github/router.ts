/** Finds the route for a method and a path: literal segments, `:name`, and `*name` for the rest. */

import type { Call, Reply, RepoCall } from "./call.ts";
import type { Hub } from "./hub.ts";

interface Common {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** What the log calls it. */
  readonly action: string;
  /** As `X-Accepted-GitHub-Permissions` says it. */
  readonly accepts: string;
  /** Counts as content creation for the secondary limits. */
  readonly content?: boolean;
}

export interface PlainRoute extends Common {
  readonly path: string;
  readonly run: (call: Call, hub: Hub) => Reply | Promise<Reply>;
}

export interface RepoRoute extends Common {
  /** Below `/repos/:owner/:repo`. */
  readonly repoPath: string;
  readonly run: (call: RepoCall, hub: Hub) => Reply | Promise<Reply>;
}

export type Route = PlainRoute | RepoRoute;

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export type FindRoute = (method: string, path: string) => RouteMatch | undefined;

export function createRouter(routes: readonly Route[]): FindRoute {
  const known = routes.map((route) => {
    const path = "path" in route ? route.path : `/repos/:owner/:repo${route.repoPath}`;
    return { route, segments: path.split("/").slice(1) };
  });
  return (method, path) => {
    const given = path.split("/").slice(1);
    for (const { route, segments } of known) {
      if (route.method !== method) continue;
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
  const rest = segments.at(-1)?.startsWith("*");
  if (rest ? given.length < segments.length : given.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index] ?? "";
    if (segment.startsWith("*")) {
      params[segment.slice(1)] = given.slice(index).map(decodeURIComponent).join("/");
    } else if (segment.startsWith(":")) params[segment.slice(1)] = decodeURIComponent(value);
    else if (segment !== value) return undefined;
  }
  return params;
}
