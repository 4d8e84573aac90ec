/** Sends a routed request on, as far as the names and listeners of the silo let it. */

import type { Passing } from "./kong-plugins.ts";
import type { Routed } from "./kong-router.ts";
import { isLoopback, isPrivateName } from "./listening.ts";
import { type Guest, jsonResponse } from "./program.ts";

/** `dnsOrder` in upper case, as KONG_DNS_ORDER. */
export async function proxyRequest(
  guest: Guest,
  dnsOrder: readonly string[],
  routed: Routed,
  passing: Passing,
): Promise<Response> {
  const { service } = routed.route;
  if (!service) return jsonResponse(503, { message: "no Service found with those values" });
  const host = resolve(service.host, dnsOrder);
  if (host === undefined) return jsonResponse(503, { message: "name resolution failed" });
  const query = passing.query.size > 0 ? `?${passing.query}` : "";
  const shown = service.host.includes(":") ? `[${service.host}]` : service.host;
  const url = `${service.protocol}://${shown}:${service.port}${routed.upstreamPath}${query}`;
  const { request, headers } = passing;
  forward(headers, request, routed);
  const body = ["GET", "HEAD"].includes(request.method) ? null : await request.arrayBuffer();
  const upstream = new Request(url, {
    method: request.method,
    headers,
    body: body && body.byteLength > 0 ? body : null,
    redirect: "manual",
  });
  // Inside a machine and over Flycast nothing speaks TLS.
  const plain = isLoopback(host) || isPrivateName(host);
  const mismatch = plain && service.protocol === "https";
  const answer = mismatch
    ? undefined
    : await guest.network.send(guest, host, service.port, upstream);
  if (answer) return answer;
  return host.endsWith(".internal")
    ? jsonResponse(503, { message: "name resolution failed" })
    : jsonResponse(502, { message: "An invalid response was received from the upstream server" });
}

/** Literal addresses need no DNS, localhost is in the hosts file with both families. */
function resolve(host: string, order: readonly string[]): string | undefined {
  if (/^[\d.]+$/.test(host) || host.includes(":")) return host;
  if (host === "localhost") {
    const families = order.filter((type) => type === "A" || type === "AAAA");
    return families[0] === "AAAA" ? "::1" : "127.0.0.1";
  }
  return isPrivateName(host) && !order.includes("AAAA") ? undefined : host;
}

function forward(headers: Headers, request: Request, { prefix }: Routed): void {
  const url = new URL(request.url);
  const set = (name: string, value: string) => headers.has(name) || headers.set(name, value);
  set("x-forwarded-proto", url.protocol.slice(0, -1));
  set("x-forwarded-host", url.hostname);
  set("x-forwarded-port", url.port || (url.protocol === "https:" ? "443" : "80"));
  headers.set("x-forwarded-path", url.pathname);
  if (prefix) headers.set("x-forwarded-prefix", prefix);
  headers.delete("host");
  headers.delete("content-length");
}
