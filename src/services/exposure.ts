/**
 * How Fly Proxy reaches a machine. Both switches are always explicit: no request wakes a
 * machine (bots would), and the proxy never stops one behind our back.
 */

import type { FlyService } from "#wire/fly.ts";

const neverByTheProxy = { autostop: "off", autostart: false } as const;

/** HTTPS for browsers; with a shared v4 address only 80 and 443 are possible. */
export const publicWeb = (internalPort: number): FlyService => ({
  protocol: "tcp",
  internal_port: internalPort,
  ports: [
    { port: 80, handlers: ["http"], force_https: true },
    { port: 443, handlers: ["tls", "http"] },
  ],
  ...neverByTheProxy,
  concurrency: { type: "requests", soft_limit: 500 },
});

/**
 * Raw TCP on the silo's network, same port inside and out. No `http` handler: the proxy would
 * overwrite the X-Forwarded-* headers that Kong passes on, and links in mails would say http.
 */
export const privateTcp = (port: number): FlyService => ({
  protocol: "tcp",
  internal_port: port,
  ports: [{ port }],
  ...neverByTheProxy,
  concurrency: { type: "connections", soft_limit: 500 },
});

/** `pg_tls` speaks Postgres' own TLS start, and lets plain clients on the silo's network through. */
export const postgresTcp = (port: number): FlyService => ({
  ...privateTcp(port),
  ports: [{ port, handlers: ["pg_tls"] }],
});
