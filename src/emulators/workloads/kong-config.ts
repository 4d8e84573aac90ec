/** Kong's declarative file, read as strictly as `KONG_DATABASE=off` reads it at start. */

import { type KongConsumer, readConsumers } from "./kong-consumers.ts";
import {
  asEntity,
  type Context,
  checkFields,
  type Entity,
  list,
  parseYaml,
  strings,
  unique,
} from "./kong-entities.ts";
import { pluginFields } from "./kong-plugin-fields.ts";

export interface KongPlugin {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface KongService {
  readonly name: string;
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

export interface KongRoute {
  readonly name: string;
  readonly paths: readonly string[];
  readonly methods: readonly string[];
  readonly stripPath: boolean;
  readonly preserveHost: boolean;
  readonly service: KongService | undefined;
  /** Of the route, its service and everywhere: one of a kind, the nearest wins. */
  readonly plugins: readonly KongPlugin[];
}

export interface KongConfig {
  readonly routes: readonly KongRoute[];
  readonly consumers: readonly KongConsumer[];
}

/** `enabled` are the plugins of KONG_PLUGINS. Throws an Error that lists everything wrong. */
export function readKongConfig(text: string, enabled: ReadonlySet<string>): KongConfig {
  const problems: string[] = [];
  const file = asEntity(parseYaml(text));
  if (!file) throw new Error("failed parsing declarative configuration: expected an object");
  const version = file._format_version;
  if (version === undefined) problems.push("in '_format_version': required field missing");
  else if (!["1.1", "2.1", "3.0"].includes(String(version))) {
    problems.push("in '_format_version': expected one of: 1.1, 2.1, 3.0");
  } else if (typeof version !== "string") {
    problems.push("in '_format_version': expected a string");
  }
  const context: Context = { problems, enabled };
  checkFields(context, "", "file", file);
  const everywhere = plugins(context, "plugins", file.plugins);
  const services = list(context, "services", file.services);
  const routes = services.flatMap(([service, at]) =>
    serviceRoutes(context, at, service, everywhere),
  );
  for (const [route, at] of list(context, "routes", file.routes)) {
    routes.push(readRoute(context, at, route, { service: undefined, outer: everywhere }));
  }
  const consumers = readConsumers(context, file);
  unique(
    context,
    "services",
    services.map(([{ name }]) => name),
  );
  unique(
    context,
    "routes",
    routes.map(({ name }) => name || undefined),
  );
  unique(
    context,
    "keyauth_credentials",
    consumers.flatMap(({ keys }) => keys),
    true,
  );
  if (problems.length > 0) {
    throw new Error(`failed parsing declarative configuration:\n  ${problems.join("\n  ")}`);
  }
  return { routes, consumers };
}

function serviceRoutes(
  context: Context,
  at: string,
  service: Entity,
  everywhere: readonly KongPlugin[],
): KongRoute[] {
  checkFields(context, at, "service", service);
  const outer = nearest(plugins(context, `${at}.plugins`, service.plugins), everywhere);
  const read = readService(context, at, service);
  const routes = list(context, `${at}.routes`, service.routes);
  if (service.enabled === false) return [];
  return routes.map(([route, where]) => readRoute(context, where, route, { service: read, outer }));
}

function readService(context: Context, at: string, service: Entity): KongService {
  const url = service.url;
  const name = String(service.name ?? "");
  if (typeof url === "string") {
    if (!URL.canParse(url)) context.problems.push(`in '${at}.url': not a URL: ${url}`);
    const read = new URL(URL.canParse(url) ? url : "http://invalid");
    const protocol = read.protocol.slice(0, -1);
    const port = Number(read.port || (protocol === "https" ? 443 : 80));
    // A URL that names no path has none, which is not the same as `/`.
    const path = /^\w+:\/\/[^/]+$/.test(url) ? "" : read.pathname;
    return { name, protocol, host: read.hostname.replace(/^\[|\]$/g, ""), port, path };
  }
  if (typeof service.host !== "string") {
    context.problems.push(`in '${at}.host': required field missing`);
  }
  return {
    name,
    protocol: String(service.protocol ?? "http"),
    host: String(service.host ?? "").replace(/^\[|\]$/g, ""),
    port: Number(service.port ?? 80),
    path: String(service.path ?? ""),
  };
}

function readRoute(
  context: Context,
  at: string,
  route: Entity,
  { service, outer }: { service: KongService | undefined; outer: readonly KongPlugin[] },
): KongRoute {
  checkFields(context, at, "route", route);
  const paths = strings(context, `${at}.paths`, route.paths);
  const methods = strings(context, `${at}.methods`, route.methods);
  for (const path of paths) {
    if (!/^(\/|~\/)/.test(path)) {
      context.problems.push(
        `in '${at}.paths': should start with: / (fixed path) or ~/ (regexed path)`,
      );
    }
  }
  const matchers = [paths, methods, route.hosts, route.headers, route.snis];
  if (matchers.every((one) => one === undefined || (Array.isArray(one) && one.length === 0))) {
    context.problems.push(
      `in '${at}': must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'`,
    );
  }
  return {
    name: String(route.name ?? ""),
    paths,
    methods,
    stripPath: route.strip_path !== false,
    preserveHost: route.preserve_host === true,
    service,
    plugins: nearest(plugins(context, `${at}.plugins`, route.plugins), outer),
  };
}

function plugins(context: Context, at: string, value: unknown): KongPlugin[] {
  return list(context, at, value).flatMap(([plugin, where]) => {
    checkFields(context, where, "plugin", plugin);
    const name = String(plugin.name ?? "");
    if (!context.enabled.has(name)) {
      context.problems.push(
        `in '${where}.name': plugin '${name}' not enabled; add it to the 'plugins' configuration property`,
      );
    }
    const config = asEntity(plugin.config) ?? {};
    for (const [field, content] of Object.entries(config)) {
      if (!pluginFields(name)?.includes(field)) {
        if (pluginFields(name))
          context.problems.push(`in '${where}.config.${field}': unknown field`);
      } else if (content === undefined)
        context.problems.push(`in '${where}.config.${field}': empty`);
    }
    return plugin.enabled === false ? [] : [{ name, config }];
  });
}

function nearest(inner: readonly KongPlugin[], outer: readonly KongPlugin[]): KongPlugin[] {
  return [...inner, ...outer.filter(({ name }) => !inner.some((one) => one.name === name))];
}
