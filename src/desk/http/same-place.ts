/**
 * Whether a request was meant for this desk: a page elsewhere must not be able to ask in a browser's
 * name, nor a name of its own that was made to lead here.
 */

import { Problem } from "../problem.ts";

const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Throws a 421 for another host, a 403 for a page of another origin. */
export function assertSamePlace(headers: Headers, url: string | undefined): void {
  const host = headers.get("host")?.toLowerCase() ?? "";
  if (!isOurs(host, url)) {
    throw new Problem(421, "This desk does not go by that host", {
      fix: "ask it by `desk.url` of silo.config.yml, or on loopback",
    });
  }
  const origin = headers.get("origin");
  if (origin === null || hostOf(origin) === host) return;
  throw new Problem(403, "A page of another origin may not ask");
}

function isOurs(host: string, url: string | undefined): boolean {
  if (url !== undefined && host === new URL(url).host) return true;
  return loopback.has(host.replace(/:\d+$/, ""));
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
