/**
 * The gateway before Studio as Kong 3.4 runs it: its choice of a route, its pre-function, and basic
 * auth, which removes the login from the request before it looks at the password.
 */

import type { KongFile } from "#services/kong-file.ts";
import { routeRequest } from "../services/kong-router.ts";

export interface GatewayRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What Fly Proxy says of the client. */
  readonly address?: string;
}

export interface Gateway {
  /** 200 stands for whatever Studio answers. */
  ask(request: GatewayRequest): number;
  wait(seconds: number): void;
}

export function gatewayModel(file: KongFile): Gateway {
  const [limit] = file.plugins ?? [];
  const access = luaFunction(limit?.config?.access);
  const log = luaFunction(limit?.config?.log);
  const counters = counterStore();
  return {
    wait: counters.wait,
    ask({ method = "GET", path = "/", headers = {}, address = "203.0.113.7" }) {
      const left = new Map(Object.entries(headers));
      let status = 200;
      const kong = {
        ctx: { shared: {} },
        client: { get_forwarded_ip: () => address },
        request: { get_header: (name: string) => left.get(name) },
        response: { exit: (code: number) => code, get_status: () => status },
      };
      const ngx = { shared: { kong_rate_limiting_counters: counters } };
      status = access(kong, ngx) ?? answer(file, { method, path, headers }, left);
      log(kong, ngx);
      return status;
    },
  };
}

function answer(
  file: KongFile,
  request: { method: string; path: string; headers: Readonly<Record<string, string>> },
  left: Map<string, string>,
): number {
  const routed = routeRequest(file, request);
  if (!routed) return 404;
  const plugin = (name: string) => routed.service.plugins?.find((one) => one.name === name);
  const refusal = plugin("request-termination");
  if (refusal) return Number(refusal.config?.status_code);
  return plugin("basic-auth") && !isLoggedIn(file, left) ? 401 : 200;
}

function isLoggedIn(file: KongFile, left: Map<string, string>): boolean {
  const logins = file.consumers.flatMap((one) => one.basicauth_credentials ?? []);
  return ["proxy-authorization", "authorization"].some((name) => {
    const encoded = /^basic\s*(.+)/i.exec(left.get(name) ?? "")?.[1] ?? "";
    left.delete(name);
    const given = Buffer.from(encoded, "base64").toString("utf8");
    return logins.some(({ username, password }) => given === `${username}:${password}`);
  });
}

/** Of Lua only the few words that the gateway uses. */
function luaFunction(code: unknown): (kong: unknown, ngx: unknown) => number | undefined {
  const body = [code]
    .flat()
    .map(String)
    .join("\n")
    .replace(/\blocal\b/g, "let")
    .replace(/\bif (.*) then/g, "if ($1) {")
    .replace(/^\s*end$/gm, "}")
    .replace(/\{ message = /g, "{ message: ")
    .replace(/ \.\. /g, " + ")
    .replace(/ and /g, " && ")
    .replace(/ or /g, " || ")
    .replace(/counters:(\w+)\(/g, "counters.$1(");
  return new Function("kong", "ngx", body) as (kong: unknown, ngx: unknown) => number | undefined;
}

/** `ngx.shared.DICT` as far as counting goes: a new counter gets its end when it is made. */
function counterStore() {
  let now = 0;
  const counters = new Map<string, { count: number; endsAt: number }>();
  const find = (key: string) => {
    const found = counters.get(key);
    return found && found.endsAt > now ? found : undefined;
  };
  return {
    wait: (seconds: number) => {
      now += seconds;
    },
    get: (key: string) => find(key)?.count,
    incr: (key: string, by: number, initial: number, seconds: number) => {
      const found = find(key) ?? { count: initial, endsAt: now + seconds };
      counters.set(key, { ...found, count: found.count + by });
    },
  };
}
