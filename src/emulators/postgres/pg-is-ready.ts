/** pg_isready of a machine whose server runs: it says nothing about roles. */

import type { FlyExecResult } from "#wire/fly.ts";

export function pgIsReady(args: readonly string[]): FlyExecResult {
  const host = argumentOf(args, "-h") ?? "/var/run/postgresql";
  const port = argumentOf(args, "-p") ?? "5432";
  const here = host.startsWith("/") || ["localhost", "127.0.0.1", "::1"].includes(host);
  const answers = here && port === "5432";
  const text = `${host}:${port} - ${answers ? "accepting connections" : "no response"}\n`;
  const silent = args.includes("-q");
  return { exit_code: answers ? 0 : 2, stdout: silent ? "" : text, stderr: "" };
}

function argumentOf(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg.startsWith(name));
  const found = args[at];
  return found === undefined ? undefined : found.slice(name.length) || args[at + 1];
}
