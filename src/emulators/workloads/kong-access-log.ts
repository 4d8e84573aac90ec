/** Kong's access log, in the named format when it is configured with one, else in nginx's `combined`. */

import type { Guest } from "./program.ts";

export function logAccess(guest: Guest, request: Request, response: Response): void {
  const { env, files } = guest.container;
  const [target = "", name] = (env.KONG_PROXY_ACCESS_LOG ?? "/dev/stdout").split(" ");
  if (target !== "/dev/stdout") return;
  const atMs = guest.clock.now();
  const { pathname, search } = new URL(request.url);
  const format = formatNamed(files[env.KONG_NGINX_HTTP_INCLUDE ?? ""], name);
  const hasQuery = format === undefined || /\$request\b|\$request_uri|\$args/.test(format);
  const line = `${request.method} ${pathname}${hasQuery ? search : ""}`;
  const time = new Date(atMs).toISOString();
  guest.machine.log?.(atMs, `127.0.0.1 [${time}] "${line}" ${response.status}`);
}

/** What an included file says of a `log_format`. */
function formatNamed(file: string | undefined, name: string | undefined): string | undefined {
  if (file === undefined || name === undefined) return undefined;
  return new RegExp(`log_format\\s+${name}\\s+([^;]+);`).exec(file)?.[1];
}
