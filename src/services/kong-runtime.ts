/**
 * How a Kong of image 3.4 runs without a database: used by the silo's Kong and by the gateway
 * before Studio. Sources: Kong 3.4.2 kong.conf.default, docker-kong 3.4.2 docker-entrypoint.sh.
 */

import type { FlyFile } from "#wire/fly.ts";
import { plainFile } from "./machine-file.ts";

export const kongPort = 8000;
export const kongStatusPort = 8100;
/** Kong picks its parser by the ending; JSON is YAML too. */
export const kongFilePath = "/etc/kong/kong.yml";
const logFormatPath = "/etc/kong/silo-access-log.conf";

/** `plugins` are those the declarative file uses; all are bundled in the image. */
export const kongEnv = (plugins: readonly string[]): Readonly<Record<string, string>> => ({
  KONG_DATABASE: "off",
  KONG_DECLARATIVE_CONFIG: kongFilePath,
  KONG_PLUGINS: plugins.join(","),
  // The default never asks for AAAA, and private names have nothing else.
  KONG_DNS_ORDER: "LAST,AAAA,A,CNAME",
  // Names come and go while apps are made: forget a failure after 1 s instead of 30.
  KONG_DNS_NOT_FOUND_TTL: "1",
  KONG_DNS_VALID_TTL: "5",
  KONG_PROXY_LISTEN: both(kongPort, " reuseport backlog=16384"),
  KONG_ADMIN_LISTEN: "off",
  KONG_STATUS_LISTEN: both(kongStatusPort, ""),
  // Only Fly Proxy reaches it, whose X-Forwarded-Proto must survive for links and uploads.
  KONG_TRUSTED_IPS: "0.0.0.0/0,::/0",
  // Set by Fly Proxy on every request; the default X-Real-IP could be sent by the client.
  KONG_REAL_IP_HEADER: "Fly-Client-IP",
  KONG_NGINX_PROXY_PROXY_BUFFER_SIZE: "160k",
  KONG_NGINX_PROXY_PROXY_BUFFERS: "64 160k",
  KONG_NGINX_WORKER_PROCESSES: "1",
  KONG_MEM_CACHE_SIZE: "32m",
  KONG_ANONYMOUS_REPORTS: "off",
  KONG_NGINX_HTTP_INCLUDE: logFormatPath,
  KONG_PROXY_ACCESS_LOG: "/dev/stdout silo",
  KONG_PROXY_ERROR_LOG: "/dev/stderr",
  // From `warn` on nginx logs the whole request line, query included, of every large body.
  KONG_LOG_LEVEL: "error",
});

/** The access log keeps the path without its query, where tokens of signed URLs and mails are. */
export const kongLogFormatFile: FlyFile = plainFile(
  logFormatPath,
  `map $request_uri $silo_path {
  default $request_uri;
  "~^(?<silo_path_only>[^?]*)\\?" $silo_path_only;
}
log_format silo '$remote_addr [$time_iso8601] "$request_method $silo_path" '
                '$status $body_bytes_sent $request_time';
`,
);

const both = (port: number, options: string): string =>
  `0.0.0.0:${port}${options}, [::]:${port}${options}`;
