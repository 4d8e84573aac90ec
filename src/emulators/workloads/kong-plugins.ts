/** The bundled plugins that a silo's gateway uses, in the order of Kong 3.4's priorities. */

import type { KongConfig, KongPlugin } from "./kong-config.ts";
import type { KongConsumer } from "./kong-consumers.ts";
import type { RateLimiter } from "./kong-rate-limiting.ts";
import { transformRequest } from "./kong-request-transformer.ts";
import { jsonResponse } from "./program.ts";

/** One request on its way: what plugins read and change. */
export interface Passing {
  readonly config: KongConfig;
  readonly request: Request;
  readonly headers: Headers;
  readonly query: URLSearchParams;
  readonly limiter: RateLimiter;
  readonly plugins: readonly KongPlugin[];
  /** Headers for whatever answer comes in the end. */
  readonly answerHeaders: Headers;
  consumer: KongConsumer | undefined;
}

type PluginPhase = (passing: Passing, config: KongPlugin["config"]) => Response | undefined;

/** The first answer that a plugin gives instead of the upstream. */
export function runPlugins(passing: Passing): Response | undefined {
  for (const name of byPriority) {
    const plugin = passing.plugins.find((one) => one.name === name);
    const answer = plugin && phases[name]?.(passing, plugin.config);
    if (answer) return answer;
  }
  return undefined;
}

const message = (status: number, text: string, headers = {}): Response =>
  jsonResponse(status, { message: text }, headers);

const cors: PluginPhase = ({ request, answerHeaders }, config) => {
  const origin = request.headers.get("origin");
  const origins = texts(config.origins);
  const any = origins.length === 0 || origins.includes("*");
  const allowed = any ? "*" : origins.find((one) => one === origin);
  if (allowed) answerHeaders.set("access-control-allow-origin", allowed);
  if (!any) answerHeaders.set("vary", "Origin");
  if (config.credentials === true && origin) {
    answerHeaders.set("access-control-allow-origin", origin);
    answerHeaders.set("access-control-allow-credentials", "true");
  }
  const exposed = texts(config.exposed_headers);
  if (exposed.length > 0) answerHeaders.set("access-control-expose-headers", exposed.join(","));
  const asked = request.headers.get("access-control-request-method");
  if (request.method !== "OPTIONS" || !origin || !asked || config.preflight_continue) return;
  const methods = texts(config.methods);
  const headers = texts(config.headers);
  const wanted = request.headers.get("access-control-request-headers") ?? "";
  const all = "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT";
  answerHeaders.set("access-control-allow-methods", methods.join(",") || all);
  answerHeaders.set("access-control-allow-headers", headers.join(",") || wanted);
  if (config.max_age) answerHeaders.set("access-control-max-age", String(config.max_age));
  return new Response(null, { status: 200 });
};

const keyAuth: PluginPhase = (passing, config) => {
  const { request, headers, query } = passing;
  if (request.method === "OPTIONS" && config.run_on_preflight === false) return;
  const names = texts(config.key_names);
  let key: string | undefined;
  for (const name of names.length > 0 ? names : ["apikey"]) {
    key ??= (config.key_in_header !== false && headers.get(name)) || undefined;
    key ??= (config.key_in_query !== false && query.get(name)) || undefined;
    if (config.hide_credentials === true) {
      headers.delete(name);
      query.delete(name);
    }
  }
  const challenge = { "www-authenticate": 'Key realm="kong"' };
  if (!key) return message(401, "No API key found in request", challenge);
  const consumer = passing.config.consumers.find(({ keys }) => keys.includes(key));
  if (!consumer) return message(401, "Invalid authentication credentials", challenge);
  authenticate(passing, consumer);
  return undefined;
};

const basicAuth: PluginPhase = (passing, config) => {
  const challenge = { "www-authenticate": 'Basic realm="kong"' };
  const given = passing.headers.get("authorization") ?? passing.headers.get("proxy-authorization");
  const encoded = /^Basic\s+(\S+)\s*$/i.exec(given ?? "")?.[1];
  if (!encoded) return message(401, "Unauthorized", challenge);
  const [, username, password] =
    /^([^:]*):([\s\S]*)$/.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  const consumer = passing.config.consumers.find(({ logins }) =>
    logins.some((login) => login.username === username && login.password === password),
  );
  if (!consumer) return message(401, "Invalid authentication credentials", challenge);
  if (config.hide_credentials === true) passing.headers.delete("authorization");
  authenticate(passing, consumer);
  return undefined;
};

function authenticate(passing: Passing, consumer: KongConsumer): void {
  passing.consumer = consumer;
  passing.headers.set("x-consumer-username", consumer.username);
  passing.headers.delete("x-anonymous-consumer");
}

const acl: PluginPhase = (passing, config) => {
  const { consumer } = passing;
  if (!consumer) return message(401, "Unauthorized");
  const [allow, deny] = [texts(config.allow), texts(config.deny)];
  const inSome = (groups: readonly string[]) => consumer.groups.some((one) => groups.includes(one));
  const blocked = deny.length > 0 ? inSome(deny) : !inSome(allow);
  if (blocked) return message(403, "You cannot consume this service");
  if (config.hide_groups_header !== true) {
    passing.headers.set("x-consumer-groups", consumer.groups.join(", "));
  }
  return undefined;
};

const rateLimiting: PluginPhase = (passing, config) => {
  const forwarded = passing.request.headers.get("x-forwarded-for")?.split(",")[0]?.trim();
  const caller = forwarded ?? "127.0.0.1";
  const byIp = config.limit_by === "ip" || !passing.consumer;
  const identity = byIp ? caller : (passing.consumer?.username ?? caller);
  const counted = passing.limiter.count(config, identity);
  if (config.hide_client_headers !== true) {
    for (const [name, value] of Object.entries(counted.headers)) {
      passing.answerHeaders.set(name, value);
    }
  }
  if (counted.allowed) return undefined;
  const text = String(config.error_message ?? "API rate limit exceeded");
  return message(Number(config.error_code ?? 429), text);
};

const requestTermination: PluginPhase = (_passing, config) => {
  const status = Number(config.status_code ?? 503);
  if (typeof config.body === "string") {
    const type = String(config.content_type ?? "application/json; charset=utf-8");
    return new Response(config.body, { status, headers: { "content-type": type } });
  }
  return message(status, String(config.message ?? "Service unavailable"));
};

const requestTransformer: PluginPhase = (passing, config) => {
  try {
    transformRequest(passing, config);
    return undefined;
  } catch {
    return message(500, "An unexpected error occurred");
  }
};

const phases: Readonly<Record<string, PluginPhase>> = {
  cors,
  "key-auth": keyAuth,
  "basic-auth": basicAuth,
  acl,
  "rate-limiting": rateLimiting,
  "request-transformer": requestTransformer,
  "request-termination": requestTermination,
};

const byPriority = Object.keys(phases);

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
