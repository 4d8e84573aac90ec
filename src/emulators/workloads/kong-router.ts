/** Which route a request takes, and what path its upstream sees. */

import type { KongConfig, KongRoute } from "./kong-config.ts";

export interface Routed {
  readonly route: KongRoute;
  /** The path the upstream is asked for, without the query. */
  readonly upstreamPath: string;
  /** What was taken off the front. */
  readonly prefix: string;
}

/** Hosts and headers of routes are not looked at: one Kong serves one silo. */
export function routeRequest(config: KongConfig, method: string, path: string): Routed | undefined {
  let best: { route: KongRoute; match: Match } | undefined;
  for (const route of config.routes) {
    if (route.methods.length > 0 && !route.methods.includes(method)) continue;
    const match = longest(route, path);
    if (match && (!best || outranks(route, match, best))) best = { route, match };
  }
  if (!best) return undefined;
  const { route, match } = best;
  const prefix = route.stripPath ? match.text : "";
  const rest = path.slice(prefix.length);
  return { route, prefix, upstreamPath: join(route.service?.path ?? "", rest) };
}

interface Match {
  readonly text: string;
  readonly regex: boolean;
  readonly weight: number;
}

/** More kinds of conditions first, then regular expressions, then the longer path. */
function outranks(
  route: KongRoute,
  match: Match,
  best: { readonly route: KongRoute; readonly match: Match },
): boolean {
  const conditions = kinds(route) - kinds(best.route);
  if (conditions !== 0) return conditions > 0;
  if (match.regex !== best.match.regex) return match.regex;
  return match.weight > best.match.weight;
}

const kinds = ({ methods, paths }: KongRoute): number =>
  Number(methods.length > 0) + Number(paths.length > 0);

function longest(route: KongRoute, path: string): Match | undefined {
  if (route.paths.length === 0) return { text: "", regex: false, weight: 0 };
  let best: Match | undefined;
  for (const pattern of route.paths) {
    const regex = pattern.startsWith("~");
    const text = regex ? new RegExp(`^(?:${pattern.slice(1)})`).exec(path)?.[0] : pattern;
    if (text === undefined || !path.startsWith(text)) continue;
    const match = { text, regex, weight: pattern.length };
    if (!best || (regex && !best.regex) || (regex === best.regex && match.weight > best.weight)) {
      best = match;
    }
  }
  return best;
}

/** One slash between the service's path and the rest, as `path_handling: v0` does. */
function join(base: string, rest: string): string {
  if (base === "" || base === "/") return rest.startsWith("/") ? rest : `/${rest}`;
  if (rest === "") return base;
  return `${base.replace(/\/$/, "")}/${rest.replace(/^\//, "")}`;
}
