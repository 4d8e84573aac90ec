/**
 * Kong's choice of a route, as its 3.4 `traditional_compatible` router makes it: the route with
 * the most kinds of conditions, then the most headers, then the longest path.
 */

import type { KongFile, KongRoute, KongService } from "#services/kong-file.ts";

export interface KongRequest {
  readonly method?: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Match {
  readonly service: KongService;
  readonly route: KongRoute;
  /** What the service behind is asked for. */
  readonly upstream: string;
}

export function routeRequest(file: KongFile, request: KongRequest): Match | undefined {
  const candidates = file.services.flatMap((service) =>
    service.routes.flatMap((route) =>
      route.paths
        .filter((path) => matches(route, path, request))
        .map((path) => ({ service, route, path })),
    ),
  );
  const [best] = candidates.sort((a, b) => compare(weightOf(b), weightOf(a)));
  if (best === undefined) return undefined;
  const { service, route, path } = best;
  const rest = route.strip_path ? request.path.slice(path.length) : request.path;
  return { service, route, upstream: join(service.url, rest) };
}

const matches = (route: KongRoute, path: string, request: KongRequest): boolean =>
  request.path.startsWith(path) &&
  (route.methods === undefined || route.methods.includes(request.method ?? "GET")) &&
  Object.entries(route.headers ?? {}).every(([name, values]) =>
    values.includes(request.headers?.[name] ?? ""),
  );

type Candidate = { readonly route: KongRoute; readonly path: string };

const weightOf = ({ route, path }: Candidate): readonly number[] => [
  1 + Number(route.methods !== undefined) + Number(route.headers !== undefined),
  Object.keys(route.headers ?? {}).length,
  path.length,
];

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((weight, index) => weight !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

const join = (url: string, rest: string): string =>
  rest === "" ? url : `${url.replace(/\/$/, "")}/${rest.replace(/^\//, "")}`;
