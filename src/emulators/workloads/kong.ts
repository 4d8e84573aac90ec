/** kong 3.4.2 without a database: routes and plugins as its declarative file says. */

import { logAccess } from "./kong-access-log.ts";
import { type KongConfig, readKongConfig } from "./kong-config.ts";
import { bundledPlugins } from "./kong-plugin-fields.ts";
import { type Passing, runPlugins } from "./kong-plugins.ts";
import { createRateLimiter, type RateLimiter } from "./kong-rate-limiting.ts";
import { routeRequest } from "./kong-router.ts";
import { proxyRequest } from "./kong-upstream.ts";
import { exits, type Guest, jsonResponse, type Listener, type Program, runs } from "./program.ts";

type Env = Readonly<Record<string, string>>;

export const kong: Program = {
  name: "kong",
  async boot(guest) {
    const env = withFiles(guest);
    try {
      return runs(startKong(guest, env));
    } catch (error) {
      return exits(1, `Error: ${error instanceof Error ? error.message : "cannot start"}`);
    }
  },
};

function startKong(guest: Guest, env: Env) {
  if ((env.KONG_DATABASE ?? "postgres") !== "off") {
    const where = `${env.KONG_PG_HOST ?? "127.0.0.1"}:${env.KONG_PG_PORT ?? 5432}`;
    throw new Error(
      `[PostgreSQL error] failed to retrieve PostgreSQL server_version_num: connection refused (${where})`,
    );
  }
  const command = guest.container.command?.join(" ") ?? "kong docker-start";
  const named = /(?:-c|--conf)\s+(\S+)/.exec(command)?.[1];
  if (named && guest.container.files[named] === undefined) {
    throw new Error(`no file at: ${named}`);
  }
  const config = declarativeConfig(guest, env);
  const proxies = listeners("KONG_PROXY_LISTEN", env.KONG_PROXY_LISTEN ?? "0.0.0.0:8000");
  const admins = listeners("KONG_ADMIN_LISTEN", env.KONG_ADMIN_LISTEN ?? "127.0.0.1:8001");
  const statuses = listeners("KONG_STATUS_LISTEN", env.KONG_STATUS_LISTEN ?? "off");
  const order = dnsOrder(env);
  const limiter = createRateLimiter(guest.clock);
  const has = (list: readonly Listener[], port: number) => list.some((one) => one.port === port);
  return {
    listeners: [...proxies, ...admins, ...statuses],
    respond: async (port: number, request: Request) => {
      if (has(statuses, port)) return statusAnswer(request);
      if (has(admins, port))
        return jsonResponse(200, { version: "3.4.2", tagline: "Welcome to kong" });
      const response = await proxyAnswer({ guest, config, order, limiter }, request);
      logAccess(guest, request, response);
      return response;
    },
  };
}

interface Proxy {
  readonly guest: Guest;
  readonly config: KongConfig;
  readonly order: readonly string[];
  readonly limiter: RateLimiter;
}

async function proxyAnswer(proxy: Proxy, request: Request): Promise<Response> {
  const { guest, config, order, limiter } = proxy;
  const url = new URL(request.url);
  const routed = routeRequest(config, request.method, url.pathname);
  if (!routed) return jsonResponse(404, { message: "no Route matched with those values" });
  const passing: Passing = {
    config,
    request,
    headers: new Headers(request.headers),
    query: new URLSearchParams(url.search),
    limiter,
    plugins: routed.route.plugins,
    answerHeaders: new Headers(),
    consumer: undefined,
  };
  const answer = runPlugins(passing) ?? (await proxyRequest(guest, order, routed, passing));
  const headers = new Headers(answer.headers);
  passing.answerHeaders.forEach((value, name) => void headers.set(name, value));
  headers.set("via", "kong/3.4.2");
  return new Response(answer.body, { status: answer.status, headers });
}

function statusAnswer(request: Request): Response {
  const { pathname } = new URL(request.url);
  if (pathname !== "/status" && pathname !== "/status/ready") {
    return jsonResponse(404, { message: "Not found" });
  }
  return jsonResponse(200, {
    server: { connections_active: 1, connections_accepted: 1, total_requests: 1 },
    memory: { workers_lua_vms: [], lua_shared_dicts: {} },
  });
}

function declarativeConfig(guest: Guest, env: Env): KongConfig {
  const path = env.KONG_DECLARATIVE_CONFIG;
  const text = path ? guest.container.files[path] : env.KONG_DECLARATIVE_CONFIG_STRING;
  if (path && text === undefined) {
    throw new Error(
      `error parsing declarative config file ${path}:\n${path}: No such file or directory`,
    );
  }
  if (text === undefined) return { routes: [], consumers: [] };
  try {
    return readKongConfig(text, enabledPlugins(env));
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw new Error(`error parsing declarative config file ${path ?? ""}:\n${reason}`);
  }
}

function enabledPlugins(env: Env): ReadonlySet<string> {
  const names = (env.KONG_PLUGINS ?? "bundled").split(",").map((name) => name.trim());
  const enabled = names.flatMap((name) => (name === "bundled" ? bundledPlugins : [name]));
  const unknown = enabled.find((name) => !bundledPlugins.includes(name) && name !== "off");
  if (unknown) throw new Error(`${unknown} plugin is enabled but not installed`);
  return new Set(enabled);
}

const recordTypes = ["LAST", "SRV", "A", "AAAA", "CNAME"];

function dnsOrder(env: Env): readonly string[] {
  const order = (env.KONG_DNS_ORDER ?? "LAST,SRV,A,CNAME").toUpperCase().split(",");
  const wrong = order.map((type) => type.trim()).find((type) => !recordTypes.includes(type));
  if (wrong) throw new Error(`dns_order: invalid entry '${wrong}'`);
  return order.map((type) => type.trim());
}

/** `0.0.0.0:8000 reuseport backlog=16384, [::]:8000`; an entry with `ssl` speaks TLS. */
function listeners(name: string, text: string): Listener[] {
  if (text.trim() === "off") return [];
  return text.split(",").map((entry) => {
    const [, address, port] =
      /^\s*(\[[^\]]+\]|[\d.]+|\w[\w.-]*):(\d+)(?:\s+[\w=:.]+)*\s*$/.exec(entry) ?? [];
    if (!address || !port) {
      const key = name.replace(/^KONG_/, "").toLowerCase();
      throw new Error(
        `${key} must be of form: [off] | <ip>:<port> [ssl] [http2] [proxy_protocol] [deferred] [bind] [reuseport] [backlog=%d+]`,
      );
    }
    return { port: Number(port), address: address.replace(/^\[|\]$/g, "") };
  });
}

/** The image reads any `KONG_X_FILE` into `KONG_X`. */
function withFiles({ container }: Guest): Env {
  const read = Object.entries(container.env).flatMap(([name, path]) => {
    const text = /^KONG_\w+_FILE$/.test(name) ? container.files[path] : undefined;
    return text === undefined ? [] : [[name.slice(0, -"_FILE".length), text.trim()]];
  });
  return { ...container.env, ...Object.fromEntries(read) };
}
